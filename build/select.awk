# select.awk - the files that a configuration chooses. Usage: awk -f build/select.awk .config applets/*.c core/*.c core/*/*.c
# Whatever has a line "config: SYMBOL" in its header comment asks to be chosen; "with: SYMBOL" goes with an applet.
/^CONFIG_[A-Z0-9_]+=y$/ { sub(/^CONFIG_/, ""); sub(/=y$/, ""); chosen[$0] = 1 }
/^ \* (config|with):/ { left_out[FILENAME] = !($3 in chosen) }
END { for (i = 2; i < ARGC; i++) if (!left_out[ARGV[i]]) print ARGV[i] }

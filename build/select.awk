# select.awk - the applets a configuration chooses. Usage: awk -f build/select.awk .config applets/*.c
/^CONFIG_[A-Z0-9_]+=y$/ { sub(/^CONFIG_/, ""); sub(/=y$/, ""); chosen[$0] = 1 }
/^ \* config:/ && ($3 in chosen) { print FILENAME }

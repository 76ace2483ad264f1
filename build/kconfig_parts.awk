# kconfig_parts.awk - one question for each file of core that can be left out, out/Kconfig.parts: its header comment has a
# line "config: SYMBOL" and begins with its name and what it is. Usage: awk -f build/kconfig_parts.awk core/*.c core/*/*.c
FNR == 1 { text = $0; sub(/^\/\* [a-z_]+ - /, "", text); sub(/[.;:]( .*)?$/, "", text); gsub(/"/, "'", text) }
/^ \* config:/ { print "config " $3 "\n\tbool \"" text "\"\n\tdefault y\n" }

# kconfig.awk - one question for each applet, out/Kconfig.applets. Usage: awk -f build/header.awk -f build/kconfig.awk applets/*.c
END {
	for (g = 1; g <= groups; g++) {
		print "menu \"" heading[g] "\"\n"
		for (k = 1; k <= names; k++) {
			i = owner[all[k]]
			if (all[k] != name[i] || group[i] != heading[g]) continue
			text = name[i] ": " summary[i]; gsub(/"/, "'", text)
			print "config " config[i] "\n\tbool \"" text "\"\n\tdefault y\n\thelp"
			n = split(usage[i], lines, "\n")
			for (j = 1; j < n; j++) print (lines[j] == "" ? "" : "\t  " lines[j])
			print ""
		}
		print "endmenu\n"
	}
}

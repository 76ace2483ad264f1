# links.awk - where each name is installed, /DIR/NAME a line. Usage: awk -f build/header.awk -f build/links.awk applets/*.c
END { for (i = 1; i <= names; i++) print dir[owner[all[i]]] "/" all[i] }

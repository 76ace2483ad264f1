#!/usr/bin/env bats
# Boot: the files below /etc/templates.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# template PATH: below /etc/templates, from stdin
template() {
  mkdir -p "$R/etc/templates/$(dirname "$1")"
  cat >"$R/etc/templates/$1"
}

# one as those of vertis are, and one of a PHP program's that is for its user alone
two_templates() {
  template etc/nginx/nginx.conf <<'EOF'
user {{USER}};
server { listen ${PORT:-80}; root {{STATIC_DIR}};
  location / { try_files $uri $uri/ =404; proxy_set_header Host $host; return 301 https://$${host}$request_uri; }
}
EOF
  template var/www/config.ini.php.tmpl <<'EOF'
host = "${DB_HOST}"
password = "${DB_PASSWORD}"
EOF
  chmod 400 "$R/etc/templates/var/www/config.ini.php.tmpl"
  chown 33:34 "$R/etc/templates/var/www/config.ini.php.tmpl"
}

# given PORT, these are made
both_made() {
  [ "$(<"$R/etc/nginx/nginx.conf")" = "user www-data;
server { listen $1; root /srv/static;
  location / { try_files \$uri \$uri/ =404; proxy_set_header Host \$host; return 301 https://\${host}\$request_uri; }
}" ]
  [ "$(<"$R/var/www/config.ini.php")" = $'host = "db"\npassword = "a&b$X\\}}"' ]
  [ "$(stat -c '%u:%g %a' "$R/var/www/config.ini.php")" = '33:34 400' ]
  [ "$(find "$R" -name '*.new')" = '' ]
}

# shellcheck disable=SC2016 # $X is the value's
values=(-e USER=www-data -e STATIC_DIR=/srv/static -e DB_HOST=db -e 'DB_PASSWORD=a&b$X\}}')

@test "files with {{X}} and \${X}: owner and mode kept, nginx's own variables too, before scripts and services" {
  two_templates
  script "$R/etc/init/a" <<<$'#!/bin/sh\ncat /etc/nginx/nginx.conf | wc -l'
  for _ in 1 2 3; do
    boot_run "${values[@]}" -e INIT_VERBOSE=2 -- true
    [ "$status" = 0 ]
    [[ $output == *'boot | 4'* ]]
    [[ $output =~ 'boot | 1 script, 2 templates in '[0-9]+' ms' ]]
    both_made 80
  done
  before=$(stat -c %i-%z "$R/var/www/config.ini.php")
  boot_run "${values[@]}" -e PORT=8080 -- true
  both_made 8080
  [ "$(stat -c %i-%z "$R/var/www/config.ini.php")" = "$before" ] # what is so already is left alone
}

@test "what a mount, an earlier image or a hand made of it is replaced; its owner and mode stay" {
  two_templates
  mkdir -p "$R/etc/nginx"
  echo 'an older one' >"$R/etc/nginx/nginx.conf"
  chmod 640 "$R/etc/nginx/nginx.conf"
  chown 12:13 "$R/etc/nginx/nginx.conf"
  boot_run "${values[@]}" -- true
  [ "$output" = '' ]
  both_made 80
  [ "$(stat -c '%u:%g %a' "$R/etc/nginx/nginx.conf")" = '12:13 640' ]
}

@test "a variable that is not set: each place is named, nothing is made, nothing starts" {
  two_templates
  template etc/other <<<'{{NEITHER}}'
  service a <<<$'#!/bin/sh\ntouch /root/started; exec sleep 1000'
  script "$R/etc/init/a" <<<$'#!/bin/sh\ntouch /root/started'
  for _ in 1 2; do
    boot_run -e USER=x -e DB_PASSWORD=x -- touch /root/started
    [ "$status" = 1 ]
    [[ $output == *'boot | /etc/templates/etc/nginx/nginx.conf:2:35: STATIC_DIR is not set'* ]]
    [[ $output == *'boot | /etc/templates/var/www/config.ini.php.tmpl:1:9: DB_HOST is not set'* ]]
    [[ $output == *'boot | /etc/templates/etc/other:1:1: NEITHER is not set'* ]]
    [[ $output == *'${X:-word}'* ]]
    [ ! -e "$R/root/started" ]
    [ ! -e "$R/etc/nginx" ]
    [ ! -e "$R/etc/other" ]
  done
  boot_run -e INIT_ON_BOOT_FAILURE=continue -- echo CMD
  [ "$status" = 0 ]
  [[ $output == *CMD* ]]
}

@test "INIT_TEMPLATE_FILTER, INIT_TEMPLATE_PREFIX: other names stay as they are" {
  template root/x <<<'${APP_A} {{APP_B}} ${OTHER} {{OTHER}} ${HOME:-word}'
  boot_run -e APP_A=1 -e APP_B=2 -e INIT_TEMPLATE_PREFIX=APP_ -- cat /root/x
  [ "$output" = '1 2 ${OTHER} {{OTHER}} ${HOME:-word}' ]
  boot_run -e APP_A=1 -e OTHER=2 -e 'INIT_TEMPLATE_FILTER=*_A,OTHER' -- cat /root/x
  [ "$output" = '1 {{APP_B}} 2 2 ${HOME:-word}' ]
}

@test "secrets are values too, and do not get into what others can read" {
  template etc/pass.tmpl <<<'{{DB_PASSWORD}}'
  chmod 400 "$R/etc/templates/etc/pass.tmpl"
  echo 'from a file' >"$R/root/secret"
  boot_run -e INIT_FILE_ENV=DB_PASSWORD -e DB_PASSWORD_FILE=/root/secret -- cat /etc/pass
  [ "$output" = 'from a file' ]
  [ "$(stat -c %a "$R/etc/pass")" = 400 ]
}

@test "a read-only root: through a link to a tmpfs; else the file is named with the remedy" {
  template etc/app.conf <<<'{{A}}'
  ln -s ../run/app.conf "$R/etc/app.conf"
  run -0 "$TOP/images/boot" -e A=1 "$R" cat /etc/app.conf
  [ "$output" = 1 ]
  rm "$R/etc/app.conf"
  echo old >"$R/etc/app.conf"
  run -1 "$TOP/images/boot" -e A=1 "$R" cat /etc/app.conf
  [[ $output == *'boot: /etc/app.conf: Read-only file system; make it a link to where there is room'* ]]
}

@test "as uid 1000: what may be written is, with a warning where only the file may" {
  script "$R/bin/under" <<<$'#!/bin/sh\nexec chpst -u :1000:1000 /sbin/init "$@"'
  template srv/app.conf <<<'{{A}}'
  template etc/his.conf <<<'{{A}}'
  mkdir "$R/srv"
  chown 1000:1000 "$R/srv"
  echo an older one >"$R/etc/his.conf"
  chown 1000:1000 "$R/etc/his.conf"
  boot_run -e A=1 -i /bin/under -- cat /srv/app.conf
  [ "$status" = 0 ]
  [ "$output" = $'boot: /etc/his.conf: overwritten where it is: its directory cannot be written to\n1' ]
  [ "$(stat -c '%u %a' "$R/srv/app.conf")" = '1000 644' ]
  [ "$(<"$R/etc/his.conf")" = 1 ]
  boot_run -e A=1 -i /bin/under -- cat /srv/app.conf
  [ "$output" = 1 ]
  echo x >"$R/etc/his.conf"
  chown 0:0 "$R/etc/his.conf"
  boot_run -e A=1 -i /bin/under -- true
  [ "$status" = 1 ]
  [[ $output == *'boot: /etc/his.conf: Permission denied'* ]]
}

@test "a mounted ConfigMap: its own links and dot files are no templates" {
  mkdir -p "$R/etc/templates/..2024/srv"
  echo '{{A}}' >"$R/etc/templates/..2024/srv/x.conf"
  ln -s ..2024 "$R/etc/templates/..data"
  ln -s ..data/srv "$R/etc/templates/srv"
  boot_run -e A=1 -e INIT_VERBOSE=2 -- cat /srv/x.conf
  [[ $output == *'1 template in'*$'\n1\n'* ]]
  [ ! -e "$R/..2024" ]
  [ ! -e "$R/..data" ]
}

@test "killed at 500 moments: each file is the old or the new one, whole" {
  musl-gcc -O1 -static -D_GNU_SOURCE -o "$R/bin/powercut" "$TOP/tests/lib/powercut.c"
  rooted() {
    chroot "$R" /bin/env -i PATH=/bin:/sbin HOME=/ A='a value' "$@" 3>/dev/null
  }
  local good='' text file
  for text in old new; do
    mkdir -p "$R/$text/root"
    for file in 1 2; do
      yes "$file $text \${A} {{A}}" | head -n 15000 >"$R/$text/root/$file" # some pieces long
    done
    ln -sfn "/$text" "$R/etc/templates"
    rooted boot
    grep -qx "2 $text a value a value" "$R/root/2"
    good+=$(cd "$R/root" && md5sum 1 2 | sed 's/ .*/|/' | tr -d '\n')
  done
  # each is what it is to be, and is to become the other
  script "$R/bin/check" <<EOF
#!/bin/sh
busybox md5sum /root/1 /root/2 | while read -r sum name; do
  case \$sum in ${good%|}) ;; *) exit 1 ;; esac
done || exit 1
if [ /etc/templates -ef /old ]; then text=/new; else text=/old; fi
exec busybox ln -sfn \$text /etc/templates
EOF
  run -0 rooted powercut 500 check boot
  [[ $output == 'killed 500 times'* ]]
}

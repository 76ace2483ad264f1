"""envsubst - the same inputs for two envsubsts: envsubst.py THEIRS OURS COUNT SEED; says what differs.

Texts of broken and whole placeholders, bytes of all kinds and long names, some of them long enough to be read in several
pieces; words for SHELL-FORMAT; -v; wrong use. The same are their output, byte for byte, their exit code, and whether
they say anything."""

import random
import subprocess
import sys

theirs, ours, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
chance = random.Random(seed)
env = {
    'A': '1', 'B': 'two', 'EMPTY': '', '_': 'u', 'AB': '$A & ${B} }} \\1 ${AB}', 'LONG_NAME_9': 'x' * 300,
    'X' * 3000: 'long', 'LINES': 'a\nb\n', 'a1': '\t{{A}}', 'LARGE': '$LARGE' * 20000,
}
names = [*env, 'U', 'A1', 'host', '\u00e9', '1', '9A', 'Y' * 300]
names.remove('LARGE')
wrong_use = [
    ['a', 'b'], ['-x'], ['-v'], ['--variables'], ['--wrong'], ['$A', '-v'], ['-v', '--', '$A'], ['--', '$A', '-v'],
    ['$A', '--', '$B'], ['-'], ['-', '-v'], ['--variables=1', 'x'], ['-vx', '$A'], ['-v', ''], [''], ['-v', '$A', '$B'],
    ['-vv', '$A$A'], ['--', '-v'], ['-V', '-x'], ['-h', '--wrong'], ['--'], ['-v', '--'],
]


def piece():
    name = chance.choice(names)
    some = ''.join(chr(chance.randrange(256)) for _ in range(chance.randrange(40)))
    return chance.choice([
        f'${name}', f'${{{name}}}', f'${{{name}', f'${{{name}:-d}}', f'$${name}', f'\\${name}', f'${{ {name} }}',
        f'${{{name}.x}}', f'${{${name}}}', f'{{{{{name}}}}}', f'##{name}##', f'_{name}', '$' * chance.randrange(1, 5),
        '${' * chance.randrange(1, 3), '${}', '}', '\n', '\0', ' ', 'text ', some])


def text(most):
    return ''.join(piece() for _ in range(chance.randrange(most))).encode('latin-1')


def words():
    if chance.random() < 0.6:
        return []
    if chance.random() < 0.2:
        return chance.choice(wrong_use)
    form = text(6).replace(b'\0', b'')
    return ['-v'] * (chance.random() < 0.3) + ['--'] * form.startswith(b'-') + [form]


def run(program, args, stdin):
    done = subprocess.run([program, *args], input=stdin, env=env, capture_output=True, check=False)
    return done.stdout, done.returncode, bool(done.stderr)


different = 0
for i in range(count):
    options, stdin = words(), text(3000 if i % 50 == 0 else 30)
    if i % 50 == 25:
        stdin += b'$LARGE ${LARGE}' + stdin
    expected, got = run(theirs, options, stdin), run(ours, options, stdin)
    if expected != got:
        different += 1
        if different < 4:
            print(f'{options} {stdin[:2000]}\n theirs {expected}\n ours   {got}'[:6000])
print(f'{count - different} of {count} are the same')
sys.exit(different > 0)

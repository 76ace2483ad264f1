/* machine_rows - what pure/machine.c and pure/machine_unit.c share: rows of their tables, and what a unit does
 * otherwise than a directory. Behind pure/machine.h.
 */
#ifndef PURE_MACHINE_ROWS_H
#define PURE_MACHINE_ROWS_H

typedef unsigned machine_action(struct machine *, int value, int64_t now);

/* Who is in one of these states does that on this event. The first row that fits counts. */
struct machine_row {
	uint16_t event, states;
	machine_action *act;
};

#define IN(state) (1 << MACHINE_##state)

/* NULL: there is none. */
machine_action *machine_row(const struct machine_row *rows, size_t n, enum machine_event, enum machine_state);

/* NULL: as a directory does. Weak, for a binary without the applet `unit` has no units. */
#pragma weak machine_unit_action
machine_action *machine_unit_action(enum machine_event, enum machine_state);

/* Of pure/machine.c. */
unsigned machine_rest(struct machine *, enum machine_state);
unsigned machine_leave(struct machine *, int value, int64_t now);
unsigned machine_ask(struct machine *, enum machine_want, bool once);
void machine_clear(struct machine *);

#endif

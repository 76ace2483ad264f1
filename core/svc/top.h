/* top - a screen that is drawn again each second, on the terminal's other page. */
#ifndef SVC_TOP_H
#define SVC_TOP_H

/* Until q, an end of file or a signal (INT, TERM, HUP). `draw` writes to fd 1 from where the cursor is, its upper left
 * corner, at most so many lines, each begun with TOP_LINE; lines too long are cut by the terminal. 0, or -1 with errno:
 * 0 and 1 are no terminal. Weak: it may be left out of the choice. */
__attribute__((weak)) int top_run(void (*draw)(unsigned lines));

#define TOP_LINE "\33[2K"

#endif

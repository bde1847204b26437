/*
 * Linked into a broker of its own (bench_unfolded), where it stands before
 * sequencer_new: alerts are numbered, written and answered as ever, and never
 * folded, since the fold's inbox stays closed.  What that broker is faster by
 * is what folding costs the path of an alert's answer.
 */
#include "broker/sequencer.h"

enum err __real_sequencer_new(
    const struct sequencer_start *start, struct sequencer **sequencer);
enum err __wrap_sequencer_new(
    const struct sequencer_start *start, struct sequencer **sequencer);

enum err
__wrap_sequencer_new(
    const struct sequencer_start *start, struct sequencer **sequencer)
{
	struct sequencer_start unfolded = *start;

	unfolded.inbox = false;
	return __real_sequencer_new(&unfolded, sequencer);
}

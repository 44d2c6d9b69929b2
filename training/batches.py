"""Examples as piece ids in batches of like length, in an order that the seed alone decides.

Any place in the course is found again from its window and batch number: a window is rebuilt from
the seed, so that a checkpoint holds two numbers and no data.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from models.chat import END, chat_ids, plain_ids
from models.prompt import Prompt
from training.examples import Example, Lesson, example_of

IGNORED = -100
# Examples sorted by length together: enough that a batch pads by 3 %, few enough that a window is a
# fair mix and takes a minute or two of work.
WINDOW = 256
# Rows are padded to a multiple: fewer shapes, fewer kernels for the library to choose.
MULTIPLE = 16


@dataclass(frozen=True, slots=True)
class Encoded:
    """Ids of a conversation; the first `n_asked` are the request, on which there is no loss."""

    ids: tuple[int, ...]
    n_asked: int


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the course: the next batch of a window of an epoch."""

    epoch: int = 0
    window: int = 0
    batch: int = 0


def encode(example: Example, prompt: Prompt, tokenizer: Tokenizer) -> Encoded:
    """The very ids that a backend sends, then the answer and the end of its turn."""
    asked = chat_ids(prompt.messages(example.request), tokenizer)
    answer = [*plain_ids(example.answer, tokenizer), tokenizer.token_to_id(END)]
    return Encoded((*asked, *answer), len(asked))


def batched(encoded: Sequence[Encoded], *, max_pieces: int) -> list[list[Encoded]]:
    """All of them, shortest first, as many in a batch as fit when padded; at least one."""
    batches: list[list[Encoded]] = []
    for one in sorted(encoded, key=lambda e: (len(e.ids), e.ids)):
        batch = batches[-1] if batches else []
        if not batch or (len(batch) + 1) * padded(len(one.ids)) > max_pieces:
            batches.append([one])
        else:
            batch.append(one)
    return batches


def padded(length: int) -> int:
    """The length of a row that holds so many pieces."""
    return -(-length // MULTIPLE) * MULTIPLE


def rows(batch: Sequence[Encoded], *, filler: int) -> tuple[list[list[int]], list[list[int]]]:
    """Ids, and for each place the id that should follow (IGNORED where nothing is asked).

    Shapes:  both (batch, padded length of the longest), padded at the right: what is right of a
             place never reaches it, so that no mask is needed.
    """
    width = padded(max(len(one.ids) for one in batch))
    ids = [[*one.ids, *[filler] * (width - len(one.ids))] for one in batch]
    wanted = []
    for one in batch:
        following = [*[IGNORED] * (one.n_asked - 1), *one.ids[one.n_asked :]]
        wanted.append([*following, *[IGNORED] * (width - len(following))])
    return ids, wanted


class Course:
    """Everything to learn, epoch after epoch.

    Args:  lessons_of: the lessons of an epoch in their order (templates are new in each).
    """

    def __init__(
        self,
        lessons_of: Callable[[int], Sequence[Lesson]],
        *,
        prompt: Prompt,
        tokenizer: Tokenizer,
        max_pieces: int,
        seed: int,
    ) -> None:
        self.lessons_of = lessons_of
        self.prompt = prompt
        self.tokenizer = tokenizer
        self.max_pieces = max_pieces
        self.seed = seed

    def batches(self, place: Place = Place()) -> Iterator[tuple[Place, list[Encoded]]]:
        """Batches from a place on, without end, each with the place that follows it."""
        epoch, first_window, first_batch = place.epoch, place.window, place.batch
        while True:
            lessons = self.lessons_of(epoch)
            for window in range(first_window, -(-len(lessons) // WINDOW)):
                batches = self.window(lessons, epoch, window)
                for number in range(first_batch, len(batches)):
                    yield Place(epoch, window, number + 1), batches[number]
                first_batch = 0
            epoch, first_window = epoch + 1, 0

    def window(self, lessons: Sequence[Lesson], epoch: int, window: int) -> list[list[Encoded]]:
        """The batches of one window, in a mixed order."""
        draw = random.Random(f"{self.seed} {epoch} {window}")
        part = lessons[window * WINDOW : (window + 1) * WINDOW]
        encoded = [encode(example_of(lesson, draw), self.prompt, self.tokenizer) for lesson in part]
        batches = batched(encoded, max_pieces=self.max_pieces)
        draw.shuffle(batches)
        return batches

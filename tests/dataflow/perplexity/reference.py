"""The same model, written plainly with dictionaries of tuples: what the arrays must agree with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

PAD, UNK = "<b>", "<unk>"
Gram = tuple[Hashable, ...]


class ReferenceModel:
    """Interpolated modified Kneser-Ney over sequences of tokens, Chen and Goodman 1998."""

    def __init__(self, sequences: Sequence[Sequence[Hashable]], order: int) -> None:
        self.order = order
        seen = Counter(token for sequence in sequences for token in sequence)
        self.vocabulary = {token for token, count in seen.items() if count >= 2} | {PAD}
        grams: Counter[Gram] = Counter()
        for sequence in sequences:
            tokens = [PAD] * (order - 1) + [self.named(token) for token in sequence]
            for end in range(order, len(tokens) + 1):
                grams[tuple(tokens[end - order : end])] += 1
        self.counts: dict[int, Counter[Gram]] = {order: grams}
        for length in range(order - 1, 0, -1):
            self.counts[length] = Counter(gram[1:] for gram in self.counts[length + 1])
        self.discounts = {n: self._discounts(list(c.values())) for n, c in self.counts.items()}
        self.followers: dict[int, dict[Gram, list[int]]] = {}
        for length, counts in self.counts.items():
            by_context: dict[Gram, list[int]] = defaultdict(list)
            for gram, count in counts.items():
                by_context[gram[:-1]].append(count)
            self.followers[length] = by_context

    def named(self, token: Hashable) -> Hashable:
        return token if token in self.vocabulary else UNK

    @staticmethod
    def _discounts(counts: list[int]) -> tuple[float, float, float]:
        n1, n2, n3, n4 = (counts.count(number) for number in range(1, 5))
        if not (n1 and n2 and n3 and n4):
            return 0.5, 1.0, 1.5
        y = n1 / (n1 + 2 * n2)
        found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
        inside = all(0 < found[i] <= i + 1 for i in range(3))
        return found if inside else (0.5, 1.0, 1.5)

    def probability(self, token: Hashable, context: Sequence[Hashable]) -> float:
        """p(token | context); both with PAD and UNK in place."""
        return self._interpolated(token, tuple(context)[len(context) - self.order + 1 :])

    def _interpolated(self, token: Hashable, context: Gram) -> float:
        length = len(context) + 1
        lower = (
            self._interpolated(token, context[1:]) if context else 1 / (len(self.vocabulary) + 1)
        )
        counts = self.followers[length].get(context)
        if not counts:
            return lower
        taken = self.discounts[length]
        total = sum(counts)
        backoff = sum(taken[min(count, 3) - 1] for count in counts) / total
        count = self.counts[length].get((*context, token), 0)
        discounted = count - taken[min(count, 3) - 1] if count else 0.0
        return discounted / total + backoff * lower

    def logs(self, sequence: Sequence[Hashable]) -> list[float]:
        """Natural logarithm of the probability of each token of a sequence."""
        tokens = [PAD] * (self.order - 1) + [self.named(token) for token in sequence]
        return [
            math.log(self.probability(tokens[end], tokens[end - self.order + 1 : end]))
            for end in range(self.order - 1, len(tokens))
        ]

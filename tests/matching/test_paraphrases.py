from bot.matching.paraphrases import groups


def test_turns_of_one_sentence_are_a_group_and_others_stand_alone() -> None:
    texts = ["kje dobim pokojnino", "kam za vrtec", "pokojnino kje dobim", "kje dobim pokojnine", "112"]

    assert groups(texts) == [0, 1, 0, 0, 4]


def test_what_is_linked_by_another_is_of_its_group() -> None:
    assert groups(["aaaaaaaabb", "aaaaaaaaaa", "aaaaaaaacc"]) == [0, 0, 0]


def test_no_texts_are_no_groups() -> None:
    assert groups([]) == []

"""Passwords of 8 characters and more that everybody tries first, in lower case; shorter ones are refused anyway.

Small on purpose: what is in it is what guessing over the wire would reach within the limits on failed sign-ins.
"""

from typing import Final

_WORDS: Final = (
    "password", "passw0rd", "passwort", "motdepasse", "contrasena", "welcome", "letmein", "iloveyou", "qwerty",
    "qwertz", "azerty", "admin", "administrator", "changeme", "pushcart", "monkey", "dragon", "football", "baseball",
    "sunshine", "princess", "superman", "batman", "trustno1", "master", "shadow", "starwars", "whatever", "summer",
    "winter", "spring", "autumn", "secret", "default", "guest", "login",
)  # fmt: skip
_TAILS: Final = (
    "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "!", "1!", "123!",
    "1234!", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027", "2024!", "2025!", "2026!", "@123",
    "@1234", "_123", "_1234", "111", "1111", "000", "0000",
)  # fmt: skip
_WALKS: Final = (
    "12345678", "123456789", "1234567890", "87654321", "987654321", "0123456789", "12341234", "11223344", "123123123",
    "qwertyui", "qwertyuiop", "asdfghjk", "asdfghjkl", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "zaq12wsx", "qazwsxedc",
    "abcdefgh", "abcd1234", "a1b2c3d4", "aa123456", "abc12345", "p@ssw0rd", "pa$$word", "passwords", "iloveyou",
    "sunshine", "princess", "football", "baseball", "trustno1", "superman", "whatever", "computer", "internet",
    "liverpool", "jennifer", "michelle", "startrek", "letmein!",
    "123456789012", "1234567890123", "012345678901", "0123456789012", "098765432109", "987654321098", "123123123123",
    "123412341234", "121212121212", "112233445566", "111222333444", "123456123456", "123456654321", "1234567890-=",
    "qwertyuiop12", "qwertyuiop123", "qwertyuiop[]", "qwertyuiopas", "qwertyuiopasdf", "qwertyuiopasdfghjkl",
    "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "q1w2e3r4t5y6", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedcrfv",
    "zaq12wsxcde3", "!qaz2wsx3edc", "asdfghjkl123", "asdfghjkl;'\\", "zxcvbnm12345", "zxcvbnm,./12", "abcdefghijkl",
    "abcdefghijklm",
    "abcdefghijklmnopqrstuvwxyz", "abc123abc123", "abcd1234abcd", "a1b2c3d4e5f6", "aa1234567890", "abc123456789",
    "qwerty qwerty", "qwe123qwe123", "asd123asd123", "iloveyou iloveyou", "correcthorsebatterystaple",
    "correct horse battery staple", "thisisapassword", "mypassword123", "mypassword1234", "newpassword123",
    "testpassword", "test12345678", "testtesttest", "temppassword", "temppassword1", "passwordpassword",
    "password password", "password123456", "p@ssw0rd1234", "p@ssword1234", "p@$$w0rd1234", "pa$$word1234",
    "administrator", "administrator1", "superuser123", "rootrootroot", "adminadminadmin", "admin123admin",
    "letmeinletmein", "welcomewelcome", "iloveyouforever", "ilovemyfamily", "manchesterunited", "liverpoolfc123",
    "chelseafc123", "harrypotter1", "harrypotter123", "spiderman1234", "pokemon12345", "minecraft123", "jesuschrist1",
    "unbelievable", "rumpelstiltskin", "supercalifragilisticexpialidocious",
)  # fmt: skip

COMMON: Final[frozenset[str]] = frozenset(
    password
    for password in (*_WALKS, *(word + tail for word in _WORDS for tail in _TAILS), *(word * 2 for word in _WORDS))
    if len(password) >= 8
)

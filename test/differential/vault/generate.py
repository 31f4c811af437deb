"""Encrypts clear texts with ansible-core's vault and writes vaults.jsonl beside this file: python generate.py"""
import json
import pathlib

from ansible.parsing.vault import VaultLib, VaultSecret

TEXTS = ["", "a", "secret", "exactly sixteen!", "two\nlines\n", "é日本😀", "x" * 500]


def main():
    cases = []
    for number, clear in enumerate(TEXTS):
        for vault_id in (None, "prod"):
            password = f"password {number}"
            library = VaultLib([("default", VaultSecret(password.encode()))])
            vault = library.encrypt(clear, vault_id=vault_id).decode()
            cases.append({"clear": clear, "password": password, "id": vault_id, "vault": vault})
    text = "\n".join(json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_name("vaults.jsonl").write_text(text + "\n", encoding="ascii")


main()

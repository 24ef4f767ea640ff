"""Reads the sensor's recordings by the format's description (src/sensor/protocol.h), apart from our own reader."""
import struct

USES = ("open write execute stat list readlink xattr enter create remove change connect bind watch link handle").split()
PROGRAM, ACCESS, PROCESS, SYSCALL, PORT, NOTE, FAILED = range(1, 8)


class Recording:
    def __init__(self, data):
        assert data[:8] == b"WHTLREC1", data[:8]
        self.architecture, self.method, self.without_no_new_privs, _ = struct.unpack("<4H", data[8:16])
        self.programs, self.accesses, self.processes = {}, [], []
        self.syscalls, self.ports, self.notes, self.failed = set(), set(), {}, None
        at = 16
        while at + 4 <= len(data):
            kind, size = struct.unpack("<HH", data[at:at + 4])
            if at + 4 + size > len(data):
                break
            self.read(kind, data[at + 4:at + 4 + size])
            at += 4 + size
        self.is_whole = at == len(data)

    def read(self, kind, body):
        if kind == PROGRAM:
            self.programs[struct.unpack("<I", body[:4])[0]] = body[4:].decode(errors="surrogateescape")
        elif kind == ACCESS:
            program, error, use = struct.unpack("<IHH", body[:8])
            path = body[8:].decode(errors="surrogateescape")
            self.accesses.append((path, USES[use], error, self.programs.get(program, "")))
        elif kind == PROCESS:
            program = struct.unpack("<I", body[:4])[0]
            self.processes.append((self.programs.get(program, ""), body[4:].split(b"\0")[:-1]))
        elif kind == SYSCALL:
            self.syscalls.add(struct.unpack("<IHH", body))
        elif kind == PORT:
            self.ports.add(struct.unpack("<HH", body))
        elif kind == NOTE:
            note, count = struct.unpack("<II", body)
            self.notes[note] = count
        elif kind == FAILED:
            self.failed = (struct.unpack("<I", body[:4])[0], body[4:].decode(errors="replace"))

    def paths(self):
        return {path for path, *_ in self.accesses}

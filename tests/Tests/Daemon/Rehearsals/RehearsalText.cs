using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Rehearsals;

/// <summary>Files for rehearsals.</summary>
internal static class RehearsalText
{
    /// <summary>A file with every field and without anything wrong.</summary>
    public const string Everything = """
        # All of it.
        settings: { stall: 4s, device: 4s, length: 100s, mend_at: 90s, boot: 20s, seed: 7 }
        nodes:
          - { name: n1, power: on, network: up, maintenance: false, watchdog: true, fence: true, witness: false, vote: true }
          - { name: n2, fence: true }
          - { name: n3, power: off }
          - { name: w1, witness: true }
          - name: n4
            vote: false
            clock_error: -400
        services:
          - name: db
            units: [tank:db]
            parts: [{ name: postgres, kind: systemd, what: postgresql.service }]
            nodes: [n1, n2, n3]
            node: n1
            new: false
            wanted: running
            storage: copies
            copy_every: 10s
            open_takes: 1s
            start_takes: 2s
            rpo_limit: 30s
            restart_limit: 1
            move_limit: 2
            fail_back: true
            spread: false
            on_node_stop: stop
            fails: [{ node: n3, at: start }, { node: n3, at: stop }, { node: n3, at: promote }]
          - { name: web, storage: shared, with: [db], spread: true }
          - { name: batch, storage: excluding, apart: [db], wanted: stopped }
        steps:
          - { at: 10s, do: power-off, node: n1 }
          - { at: 20s, do: cut, node: n2, other: n4 }
          - { at: 25s, do: restore, node: n2, other: n4 }
          - { at: 40s, do: power-on, node: n3 }
          - { at: 50s, do: move, service: web, node: n4 }
          - { at: 55s, do: freeze, node: n4, for: 5s }
          - { at: 60s, do: start, service: batch }
        """;

    /// <summary>What is made of a text.</summary>
    public static RehearsalReading Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["plan.yaml"], text);
        return RehearsalFile.Read(folder["plan.yaml"]);
    }

    /// <summary>What is made of bytes.</summary>
    public static RehearsalReading Read(byte[] bytes, TempFolder folder)
    {
        File.WriteAllBytes(folder["plan.yaml"], bytes);
        return RehearsalFile.Read(folder["plan.yaml"]);
    }
}

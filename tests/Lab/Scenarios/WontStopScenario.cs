using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// A service that does not stop when it is asked to: one that ignores its signal is killed, and moves without loss; one that not
/// even SIGKILL ends, for it waits for a disk, has its node reset, and a survivor takes over.
/// </summary>
public sealed class WontStopScenario : FailoverScenario
{
    private const string DropIn = "/run/systemd/system/" + Postgres.UnitName + ".d";
    private const int SpareDisk = 3;

    // A signal that PostgreSQL does not listen to, and a systemd that waits for ever.
    private const string Deaf =
        """
        [Service]
        KillSignal=SIGCONT
        TimeoutStopSec=infinity

        """;

    public override string Name => "wont-stop";

    public override string About => "a service that does not stop: killed at its deadline, or its node resets itself; the survivor begins after that";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        var away = home == 1 ? 2 : 1;
        await KilledAsync(play, home, away, cancel);
        await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        await ResetAsync(play, away, cancel);
    }

    private static async Task KilledAsync(FailoverPlay play, int from, int to, CancellationToken cancel)
    {
        await play[from].ExpectAsync($"mkdir -p {DropIn} && cat > {DropIn}/deaf.conf && systemctl daemon-reload && test \"$(systemctl show -P KillSignal {Postgres.UnitName})\" = 18", cancel: cancel, input: Deaf);
        var began = DateTimeOffset.UtcNow;
        await play.MoveAsync(from, to, cancel);
        var first = play.Writers.FirstElsewhere(from, began)!;
        var gap = (first.Heard - play.Writers.All.Last(ack => ack.Node == from).Heard).TotalSeconds;
        var lost = await play.LostAsync(play[to], from, cancel);
        play.Stage.Note(FormattableString.Invariant($"deaf to its signal: killed, and node{to} answered {gap:F1} s after node{from}; {lost.Count} rows lost"));
        Stage.Require(lost.Count == 0, $"a planned move lost {lost.Count} rows");
        await play[from].ExpectAsync($"rm -r {DropIn} && systemctl daemon-reload", cancel: cancel);
    }

    private static async Task ResetAsync(FailoverPlay play, int stuck, CancellationToken cancel)
    {
        var (node, boots) = (play[stuck], await play[stuck].BootsAsync(cancel));
        await node.HangDiskAsync(SpareDisk, isHung: true, cancel);
        await node.ExpectAsync(ProcessThatCannotDie(node), cancel: cancel);
        var ordered = DateTimeOffset.UtcNow;
        await node.ExpectAsync($"nodeagent drain {node.Name} --no-wait", CommandLimit, cancel);
        await Patience.UntilAsync($"{node.Name} acknowledges nothing any more", TimeSpan.FromMinutes(3), cancel, () =>
            Task.FromResult(play.Writers.Last(stuck)!.Heard < DateTimeOffset.UtcNow - TimeSpan.FromSeconds(3)));
        var stopped = play.Writers.Last(stuck)!.Heard;
        var reset = await node.WaitEventAsync("RESET", ordered, TimeSpan.FromMinutes(2), cancel);
        play.Stage.Note(FormattableString.Invariant($"node{stuck} reset itself {(reset.At - stopped).TotalSeconds:F1} s after its service had begun to stop, for a process of it could not be killed"));
        var takeover = await play.TakenOverAsync(stuck, stopped, cancel, TimeSpan.FromMinutes(4));
        Stage.Require(
            takeover.DecidedSeconds >= (reset.At - stopped).TotalSeconds - 1,
            FormattableString.Invariant($"node{takeover.To} took the service {takeover.DecidedSeconds:F1} s after it had stopped, before node{stuck} was reset"));
        await node.HangDiskAsync(SpareDisk, isHung: false, cancel);
        await node.WaitReadyAsync(cancel, boots);
        await play.HealedAsync(stuck, cancel);
        await play[takeover.To].ExpectAsync($"nodeagent undrain {node.Name}", CommandLimit, cancel);
    }

    /// <summary>A process in the service's control group that reads from a disk which does not answer; ends when it cannot be killed any more.</summary>
    private static string ProcessThatCannotDie(LabNode node) =>
        $"group=/sys/fs/cgroup$(systemctl show -P ControlGroup {Postgres.UnitName})/cgroup.procs; test -e $group || exit 1; "
        + $"sh -c \"echo \\$\\$ > $group; exec dd if={node.DataDisk(SpareDisk)} of=/dev/null bs=4096 count=1024 iflag=direct\" </dev/null >/dev/null 2>&1 & pid=$!; "
        + "i=0; while [ $i -lt 200 ]; do grep -q '^State:.D' /proc/$pid/status && exit 0; i=$((i+1)); sleep 0.1; done; exit 1";
}

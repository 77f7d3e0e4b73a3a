using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Failover;

/// <summary>
/// A node whose guard has no watchdog, and whose agent then stands still: its service would write on for ever, and the end of its
/// lease proves nothing. The worst node that there is.
/// </summary>
public static class Unguarded
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Takes the watchdog away from a node that has no service, and waits until the node itself says what is missing. It is back
    /// after the next boot.
    /// </summary>
    public static async Task TakeDeviceAwayAsync(LabNode node, CancellationToken cancel)
    {
        await node.ExpectAsync(
            "systemctl stop nodeagent-guard && modprobe -r i6300esb && ! test -e /dev/watchdog0 && systemctl start nodeagent-guard && systemctl is-active nodeagent-guard",
            Limit, cancel);
        // The agent looks every two seconds, and the store hears of it after that.
        await node.UntilAsync("the store knows that the watchdog proves nothing", $"nodeagent explain {node.Name} -o json | jq -e 'any(.lines[]; .label == \"watchdog\" and (.text | startswith(\"none\")))'", Limit, cancel);
    }

    /// <summary>Stops the agent where it is, for longer than its lease; returns when it stood.</summary>
    public static async Task<DateTimeOffset> FreezeAgentAsync(FailoverPlay play, int node, CancellationToken cancel)
    {
        await play[node].ExpectAsync("systemctl kill -s STOP --kill-whom=main nodeagent", cancel: cancel);
        var frozen = DateTimeOffset.UtcNow;
        play.Stage.Note($"node{node} has no watchdog, and its agent stands still: PostgreSQL there writes on");
        return frozen;
    }

    /// <summary>Nobody but the node takes rows, and the node does: what a second writer would be made of.</summary>
    public static void RequireOnlyWriter(FailoverPlay play, int node, DateTimeOffset since)
    {
        var other = play.Writers.FirstElsewhere(node, since);
        Stage.Require(other is null, $"{other} was acknowledged while node{node} could still write");
        Stage.Require(
            play.Writers.Last(node) is { } last && last.Heard > DateTimeOffset.UtcNow - TimeSpan.FromSeconds(10),
            $"node{node} was to write on without a lease, and did not: this run shows nothing");
    }
}

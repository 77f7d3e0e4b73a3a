using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>What is done to nodes from inside them.</summary>
public static class Faults
{
    /// <summary>
    /// Cuts a node off from the other nodes, in one direction or both. The host still reaches it: clients that can write to a
    /// node which its cluster has lost are the worst case.
    /// </summary>
    public static async Task CutOffAsync(LabNode node, CancellationToken cancel, bool hears = false, bool isHeard = false)
    {
        var others = string.Join(", ", Enumerable.Range(1, 3).Where(other => other != node.Number).SelectMany(other =>
            Enum.GetValues<Link>().Select(link => $"10.77.{(int)link}.1{other}")));
        var rules = "add table inet lab; "
            + (hears ? string.Empty : $"add chain inet lab in {{ type filter hook input priority 0; }}; add rule inet lab in ip saddr {{ {others} }} drop; ")
            + (isHeard ? string.Empty : $"add chain inet lab out {{ type filter hook output priority 0; }}; add rule inet lab out ip daddr {{ {others} }} drop; ");
        await node.ExpectAsync($"nft '{rules}'", cancel: cancel);
    }

    /// <summary>Ends what <see cref="CutOffAsync"/> began. A node that was reset has forgotten it.</summary>
    public static async Task HealAsync(LabNode node, CancellationToken cancel) =>
        await node.ExpectAsync("nft delete table inet lab 2>/dev/null || true", cancel: cancel);
}

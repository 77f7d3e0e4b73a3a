using System.Numerics;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>Pools by intent: the layout for a number of equal nodes. Decides only; runs nothing.</summary>
internal static class PoolPlanner
{
    private const int GroupsPerDisk = 100;
    private const double NearFull = 0.85;

    /// <summary>The layout, or why there is none.</summary>
    /// <param name="intent">What the pool is for.</param>
    /// <param name="nodes">Nodes with disks.</param>
    /// <param name="disks">Disks in all.</param>
    /// <param name="rawBytes">Raw room in all.</param>
    public static Outcome<PoolPlan> Plan(PoolIntent intent, int nodes, int disks, long rawBytes)
    {
        const string What = "cannot plan a pool";
        if (nodes < 3)
        {
            return new Fault(
                FaultCode.PreconditionFailed, What, $"{nodes} nodes cannot keep a quorum of monitors and two copies when one is lost",
                "Use three nodes or more.", Retry.Never);
        }

        if (disks < nodes || rawBytes <= 0)
        {
            return new Fault(FaultCode.InvalidArgument, What, "every node needs a disk", "Give the number of disks and their raw bytes.", Retry.Never);
        }

        // Two coding chunks and one node more than chunks is the least that survives a loss and can repair it. With fewer
        // nodes copies do better: one coding chunk is a trap whichever way its min_size is set.
        var chunks = Math.Min(nodes - 3, 4);
        var isErasure = intent == PoolIntent.Cold && chunks >= 2;
        var (data, size) = isErasure ? (chunks, chunks + 2) : (1, 3);
        var minSize = isErasure ? data + 1 : 2;
        var groups = Groups(disks, size, data);
        var kept = rawBytes / nodes * (nodes - 1);
        return new PoolPlan(
            intent == PoolIntent.Hot ? "hot" : "cold", isErasure, data, size, minSize, groups,
            (long)(kept * NearFull) * data / size,
            $"Any one node: it goes on. Any two: {(isErasure ? "no data is lost; writing stops until one is back" : "no data is lost; writing stops until one is back, or the loss is rebuilt")}.",
            Warnings(intent, nodes, size, isErasure), Commands(intent, data, minSize, groups, isErasure));
    }

    private static int Groups(int disks, int size, int data)
    {
        var wanted = Math.Max(8, disks * GroupsPerDisk / Math.Max(size, data) / 2);
        return (int)BitOperations.RoundUpToPowerOf2((uint)wanted + 1) / 2;
    }

    private static List<string> Warnings(PoolIntent intent, int nodes, int size, bool isErasure)
    {
        var warnings = new List<string>();
        if (nodes == size)
        {
            warnings.Add("There is no node more than copies: a lost node is not rebuilt until it is back.");
        }

        if (intent == PoolIntent.Cold && !isErasure)
        {
            warnings.Add($"{nodes} nodes are too few for erasure coding with two coding chunks and a node to spare; k=2, m=1 would either stop with any one node or write without redundancy.");
        }

        return warnings;
    }

    private static List<string> Commands(PoolIntent intent, int data, int minSize, int groups, bool isErasure)
    {
        var name = intent == PoolIntent.Hot ? "hot" : "cold";
        var commands = new List<string>();
        if (isErasure)
        {
            commands.Add($"ceph osd erasure-code-profile set {name} k={data} m=2 crush-failure-domain=host");
            commands.Add($"ceph osd pool create {name}-data {groups} {groups} erasure {name}");
            commands.Add($"ceph osd pool set {name}-data allow_ec_overwrites true");
            commands.Add($"ceph osd pool set {name}-data min_size {minSize}");
            commands.Add($"ceph osd pool application enable {name}-data rbd");
        }

        var own = isErasure ? 16 : groups;
        commands.Add($"ceph osd pool create {name} {own} {own} replicated");
        commands.Add($"ceph osd pool set {name} size 3");
        commands.Add($"ceph osd pool set {name} min_size 2");
        commands.Add($"ceph osd pool application enable {name} rbd");
        return commands;
    }
}

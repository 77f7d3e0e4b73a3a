using System.Globalization;
using System.Numerics;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>Pools by intent: the layout for a number of equal nodes. Decides only; runs nothing.</summary>
internal static class PoolPlanner
{
    private const int GroupsPerDisk = 100;
    private const int MetadataGroups = 16;
    private const double NearFull = 0.85;

    /// <summary>The layout, or why there is none.</summary>
    /// <param name="order">The pool.</param>
    /// <param name="nodes">Nodes with disks.</param>
    /// <param name="disks">Disks in all.</param>
    /// <param name="rawBytes">Raw room in all.</param>
    public static Outcome<PoolPlan> Plan(PoolOrder order, int nodes, int disks, long rawBytes)
    {
        var (name, intent) = order;
        var what = $"cannot plan pool {name}";
        if (nodes < 3)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, $"{nodes} nodes cannot keep a quorum of monitors and two copies when one is lost",
                "Use three nodes or more.", Retry.Never);
        }

        if (disks < nodes || rawBytes <= 0)
        {
            return new Fault(FaultCode.InvalidArgument, what, "every node needs a disk", "Give the number of disks and their raw bytes.", Retry.Never);
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
            name, isErasure, data, size, minSize, groups,
            (long)(kept * NearFull) * data / size,
            $"Any one node: it goes on. Any two: {(isErasure ? "no data is lost; writing stops until one is back" : "no data is lost; writing stops until one is back, or the loss is rebuilt")}.",
            Warnings(intent, nodes, size, isErasure), Steps(name, data, minSize, groups, isErasure));
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

    private static List<MonitorStep> Steps(string name, int data, int minSize, int groups, bool isErasure)
    {
        var steps = new List<MonitorStep>();
        if (isErasure)
        {
            steps.Add(Step("osd erasure-code-profile set", ("name", name), ("profile", $"k={data} m=2 crush-failure-domain=host")));
            steps.Add(Step("osd pool create", ("pool", name + "-data"), ("pg_num", Text(groups)), ("pgp_num", Text(groups)), ("pool_type", "erasure"), ("erasure_code_profile", name)));
            steps.Add(Set(name + "-data", "allow_ec_overwrites", "true"));
            steps.Add(Set(name + "-data", "min_size", Text(minSize)));
            steps.Add(Step("osd pool application enable", ("pool", name + "-data"), ("app", "rbd")));
        }

        // A rule of its own: the cluster's default one may put two copies into one host.
        var own = Text(isErasure ? MetadataGroups : groups);
        steps.Add(Step("osd crush rule create-replicated", ("name", name), ("root", "default"), ("type", "host")));
        steps.Add(Step("osd pool create", ("pool", name), ("pg_num", own), ("pgp_num", own), ("pool_type", "replicated"), ("rule", name)));
        steps.Add(Set(name, "size", "3"));
        steps.Add(Set(name, "min_size", "2"));
        steps.Add(Step("osd pool application enable", ("pool", name), ("app", "rbd")));
        return steps;
    }

    private static MonitorStep Set(string pool, string name, string value) => Step("osd pool set", ("pool", pool), ("var", name), ("val", value));

    private static MonitorStep Step(string prefix, params (string, string)[] arguments) => new(prefix, arguments);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

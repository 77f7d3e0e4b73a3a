using System.Globalization;
using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>The options of a backend, checked.</summary>
/// <param name="Configuration">The cluster's configuration file.</param>
/// <param name="User">The Ceph user: "client.admin".</param>
/// <param name="Keyring">The file with the user's key; null for where the configuration says.</param>
/// <param name="Pool">The replicated pool of images, or of their metadata.</param>
/// <param name="DataPool">The pool of their data, such as an erasure-coded one; null for the same.</param>
/// <param name="Opening">How a writer opens volumes.</param>
/// <param name="Patience">How long monitors and OSDs may take to answer; whole seconds.</param>
/// <param name="TrashKept">How long deleted images stay in the trash.</param>
/// <param name="FenceKept">Every quarter of it the entries of shut-out clients are made anew, if somebody took them off.</param>
/// <param name="Nodes">The nodes that reach the cluster, and may have its units.</param>
/// <param name="CompareEvery">How often snapshots of a volume are compared in full with the list of changed extents; zero: never.</param>
/// <param name="MirrorEvery">How often the writing node has its units mirrored to the other site, if they are; zero: never.</param>
internal sealed partial record CephOptions(
    string Configuration,
    string User,
    string? Keyring,
    string Pool,
    string? DataPool,
    Opening Opening,
    TimeSpan Patience,
    TimeSpan TrashKept,
    TimeSpan FenceKept,
    IReadOnlyList<NodeId> Nodes,
    TimeSpan CompareEvery,
    TimeSpan MirrorEvery)
{
    /// <summary>
    /// How long an entry of a client that may write holds by itself: no agent need run meanwhile, on whatever node.
    /// </summary>
    public static TimeSpan ShutOutFor { get; } = TimeSpan.FromDays(5 * 365);

    /// <summary>Whether clients pass a lock of each image among each other.</summary>
    public bool HasLocks => Opening == Opening.Library;

    /// <summary>Features of the images that are made.</summary>
    public ulong Features => Opening == Opening.Kernel ? Rbd.KernelFeatures : Rbd.Features;

    public static IReadOnlyList<BackendOption> All { get; } =
    [
        new("pool", "The replicated pool that holds the images, or their metadata if data-pool is given.", true, CheckPool),
        new("open", "How a writer opens volumes: 'library' (held by the agent, no device) or 'kernel' (block devices).", true, CheckOpening),
        new("nodes", "The nodes that reach the cluster, as in n1,n2,n3: needed with open: kernel.", false, CheckNodes),
        new("data-pool", "The pool that holds the images' data, such as an erasure-coded one.", false, CheckPool),
        new("conf", "The cluster's configuration file; /etc/ceph/ceph.conf by default.", false, CheckPath),
        new("user", "The Ceph user; client.admin by default.", false, CheckUser),
        new("keyring", "The file with the user's key, if the configuration does not name it.", false, CheckPath),
        new("patience", "Seconds that monitors and OSDs may take to answer, 2 to 60; 10 by default.", false, v => CheckNumber(v, 2, 60)),
        new("trash-hours", "Hours that deleted images stay in the trash, 0 to 8760; 0 by default.", false, v => CheckNumber(v, 0, 8760)),
        new("compare-days", "Days between full compares of a volume's newest two snapshots with its list of changed extents, 0 (never) to 365; 30 by default.", false, v => CheckNumber(v, 0, 365)),
        new("mirror-seconds", "Seconds between mirror snapshots of a unit that is mirrored to another site, made by the node that writes it, 0 (never) or 10 to 86400; 300 by default.", false, v => v == "0" ? null : CheckNumber(v, 10, 86400)),
        new("fence-hours", "Entries of old writers that somebody took off are made anew every quarter of so many hours, 1 to 43800; 24 by default.", false, v => CheckNumber(v, 1, 43800)),
    ];

    public static Outcome<CephOptions> From(BackendContext context)
    {
        var options = context.Options;
        var faults = All.Where(o => o.Required && !options.ContainsKey(o.Name)).Select(o => $"option '{o.Name}' is missing").ToList();
        faults.AddRange(All.Where(o => options.ContainsKey(o.Name)).Select(o => (o.Name, Wrong: o.Check(options[o.Name])))
            .Where(o => o.Wrong is not null).Select(o => $"option '{o.Name}': {o.Wrong}"));
        faults.AddRange(options.Keys.Where(key => All.All(o => o.Name != key)).Order(StringComparer.Ordinal)
            .Select(key => $"option '{key}' is not known"));
        if (options.GetValueOrDefault("open") is "kernel" && !NodesOf(options).Contains(context.Node))
        {
            faults.Add($"option 'nodes': it must name this node, {context.Node}, if volumes are opened by the kernel");
        }

        if (faults.Count > 0)
        {
            return new Fault(
                FaultCode.InvalidArgument, $"cannot make backend {context.Id}", string.Join("; ", faults),
                "Correct the options of this backend in the configuration.", Retry.Never);
        }

        return new CephOptions(
            options.GetValueOrDefault("conf", "/etc/ceph/ceph.conf"),
            options.GetValueOrDefault("user", "client.admin"),
            options.GetValueOrDefault("keyring"),
            options["pool"],
            options.GetValueOrDefault("data-pool"),
            options["open"] == "library" ? Opening.Library : Opening.Kernel,
            TimeSpan.FromSeconds(Number(options.GetValueOrDefault("patience", "10"))),
            TimeSpan.FromHours(Number(options.GetValueOrDefault("trash-hours", "0"))),
            TimeSpan.FromHours(Number(options.GetValueOrDefault("fence-hours", "24"))),
            NodesOf(options),
            TimeSpan.FromDays(Number(options.GetValueOrDefault("compare-days", "30"))),
            TimeSpan.FromSeconds(Number(options.GetValueOrDefault("mirror-seconds", "300"))));
    }

    private static List<NodeId> NodesOf(IReadOnlyDictionary<string, string> options) =>
        [.. options.GetValueOrDefault("nodes", "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new NodeId(name))];

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static string? CheckNodes(string value) =>
        value.Split(',') is var names && names.All(Names.IsValid) && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? null : $"'{value}' must be names of nodes, each once, with commas between them";

    private static string? CheckPool(string value) =>
        PoolPattern().IsMatch(value) ? null : $"'{value}' must be the name of a pool: letters, digits, '.', '_' and '-'";

    private static string? CheckUser(string value) =>
        UserPattern().IsMatch(value) ? null : $"'{value}' must be a Ceph user such as client.nodeagent";

    private static string? CheckOpening(string value) =>
        value is "kernel" or "library" ? null : $"'{value}' must be 'library' or 'kernel'";

    private static string? CheckPath(string value) =>
        Path.IsPathFullyQualified(value) && !value.Contains('\0', StringComparison.Ordinal) ? null : $"'{value}' must be an absolute path";

    private static string? CheckNumber(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"'{value}' must be a whole number from {least} to {most}");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PoolPattern();

    [GeneratedRegex(@"\Aclient\.[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserPattern();
}

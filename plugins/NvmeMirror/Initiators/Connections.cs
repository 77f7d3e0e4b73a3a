using System.Globalization;
using System.Net;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Drives;
using NodeAgent.Plugins.NvmeMirrorBackend.Files;
using NodeAgent.Plugins.NvmeMirrorBackend.Names;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

/// <summary>This node's paths to the peer's drives: two for each, one over each network.</summary>
internal sealed class Connections(MirrorOptions options, Layout layout, NvmeNames names, Places places, Knock knock)
{
    // Strict: a path that is lost is tried for ever, and writes wait; only we end that, after it was recorded. With the
    // other profile the kernel ends it, and the peer never counts as in sync.
    private const string Strict = "ctrl_loss_tmo=-1";
    private const string Availability = "ctrl_loss_tmo=30,fast_io_fail_tmo=5";

    private static readonly string[] Limits = ["ctrl_loss_tmo", "fast_io_fail_tmo"];

    // queue-depth came with Linux 6.11.
    private static readonly string[] Policies = ["queue-depth", "round-robin"];
    private readonly Fabrics fabrics = new(places.Fabrics);

    // Whoever makes paths has the pool to himself.
    private volatile HashSet<string>? madeBefore;

    /// <summary>
    /// Drives on which writes wait: no path to them lives, and one is still tried. A path that is being made, which the kernel
    /// shows as tried before it lives, is none that was lost.
    /// </summary>
    public bool AnyHolds(IReadOnlyList<DrivePath> paths) => Dark(paths).Any(pair => Holds(pair, paths));

    /// <summary>A drive without any live path on which nothing waits: ZFS goes on without it at once.</summary>
    public bool AnyGivenUp(IReadOnlyList<DrivePath> paths) => Dark(paths).Any(pair => !Holds(pair, paths) && !IsUnknown(pair, paths));

    /// <summary>A drive without a path that is known to live, of which nobody can say more: the kernel's files cannot be read.</summary>
    public bool AnyUnknown(IReadOnlyList<DrivePath> paths) => Dark(paths).Any(pair => IsUnknown(pair, paths));

    private bool IsUnknown(DrivePair pair, IReadOnlyList<DrivePath> paths) =>
        paths.Any(path => path.IsUnknown && (path.Subsystem.Length == 0 || path.Subsystem == names.Subsystem(pair.Remote)));

    private bool Holds(DrivePair pair, IReadOnlyList<DrivePath> paths) =>
        Of(pair, paths).Any(path => path.IsTried && madeBefore?.Contains(path.Controller) != false);

    /// <summary>The paths to the peer's drives of this pool, whoever made them.</summary>
    public IReadOnlyList<DrivePath> Look() => To(layout.Pairs.Select(pair => pair.Remote));

    /// <summary>Paths to drives of the peer in whose place another is.</summary>
    public IReadOnlyList<DrivePath> LookAtDead() => layout.Pairs.SelectMany(pair => layout.Before(pair.Remote)).ToList() is { Count: > 0 } dead ? To(dead) : [];

    private List<DrivePath> To(IEnumerable<Guid> drives)
    {
        var ours = drives.Select(names.Subsystem).ToHashSet(StringComparer.Ordinal);
        var folder = Path.Combine(places.Class, "nvme");
        var listed = KernelFiles.LookInto(folder);
        return !listed.IsOk ? [Unread("")]
            : [.. listed.Value.Select(name => Read(folder, name)).OfType<DrivePath>().Where(path => ours.Contains(path.Subsystem) || path.Subsystem.Length == 0)];
    }

    /// <summary>The paths to one drive.</summary>
    public IReadOnlyList<DrivePath> Of(DrivePair pair, IReadOnlyList<DrivePath> paths) =>
        [.. paths.Where(path => path.Subsystem == names.Subsystem(pair.Remote))];

    /// <summary>Drives without any live path.</summary>
    public IReadOnlyList<DrivePair> Dark(IReadOnlyList<DrivePath> paths) => [.. layout.Pairs.Where(pair => !Of(pair, paths).Any(path => path.IsLive))];

    /// <summary>
    /// What is wrong with a path that is there: made under another name, or given up by the kernel by itself, so that it
    /// does not hold writes until that is recorded. Null: all are as they must be.
    /// </summary>
    public string? Unfit(Epoch access)
    {
        var host = names.Host(options.Self.Id, access);
        return Look().Where(path => !path.IsGoing && path.Subsystem.Length > 0).Select(path =>
            path.Host != host ? $"path {path.Controller} was made under the name {path.Host}, not {host}"
            : Array.Find(Limits, limit => IsLimited(Path.Combine(places.Class, "nvme", path.Controller), limit)) is { } limited
                ? $"path {path.Controller} has a {limited}: the kernel would give it up by itself"
            : null).FirstOrDefault(wrong => wrong is not null);
    }

    // One that is not there any more has no limit: it went between two looks.
    private static bool IsLimited(string controller, string limit) =>
        KernelFiles.Read(Path.Combine(controller, limit)) is var value && value != "off" && (value is not null || Directory.Exists(controller));

    /// <summary>Done if what this node has under the names of these drives of the peer are really those, each over its own paths.</summary>
    public Outcome AreReached(IEnumerable<DrivePair> pairs, string what) =>
        pairs.Select(pair => RemoteDrive.Check(places, pair.Remote, names.Subsystem(pair.Remote), what)).FirstOrDefault(reached => !reached.IsOk);

    /// <summary>
    /// Why the peer cannot let this node in: a port that is to be its drive's leads to another's, of a pool that this node writes too.
    /// Only paths that live count: those of a node that is gone keep nobody from taking over. Null: none does.
    /// </summary>
    public Fault? Shared(string what)
    {
        var ours = layout.Pairs.SelectMany(pair => layout.Before(pair.Remote).Append(pair.Remote)).Select(names.Subsystem).ToHashSet(StringComparer.Ordinal);
        var ports = layout.Pairs.Select(pair => (options.FirstPort + pair.Index).ToString(CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
        var peers = options.Peer.Addresses.Select(address => address.ToString()).ToHashSet(StringComparer.Ordinal);
        var folder = Path.Combine(places.Class, "nvme");
        foreach (var name in KernelFiles.List(folder))
        {
            string Text(string file) => KernelFiles.Read(Path.Combine(folder, name, file)) ?? "";
            var fields = Text("address").Split(',');
            string Field(string key) => Array.Find(fields, field => field.StartsWith(key, StringComparison.Ordinal))?[key.Length..] ?? "";
            if (Text("state") == "live" && peers.Contains(Field("traddr=")) && ports.Contains(Field("trsvcid=")) && Text("subsysnqn") is { Length: > 0 } drive && !ours.Contains(drive))
            {
                return Faults.SharedPort(what, $"port {Field("trsvcid=")} of {Field("traddr=")} leads to {drive}");
            }
        }

        return null;
    }

    /// <summary>True if each of the peer's drives is here, or is offered on a path at least.</summary>
    public async Task<bool> IsAnsweringAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(Dark(Look()).Select(async pair => (await Task.WhenAll(
            options.Peer.Addresses.Select((_, network) => KnockAsync(pair, network, cancellation)))).Contains(true)));
        return !found.Contains(false);
    }

    private Task<bool> KnockAsync(DrivePair pair, int network, CancellationToken cancellation) => knock(
        new IPEndPoint(options.Self.Addresses[network], 0), new IPEndPoint(options.Peer.Addresses[network], options.FirstPort + pair.Index), cancellation);

    /// <summary>Makes the paths that are missing, all at once. The first fault, if not all could be made.</summary>
    public async Task<Outcome> ConnectAsync(Epoch access, CancellationToken cancellation)
    {
        var what = $"cannot connect to the drives of {options.Peer.Id}";
        if (!File.Exists(places.Fabrics))
        {
            return Faults.Data(what, "the kernel's NVMe initiator is not loaded", "Load it: 'modprobe nvme-tcp'.");
        }

        var secret = Secrets.Read(options);
        if (!secret.IsOk)
        {
            return secret.Fault;
        }

        var host = names.Host(options.Self.Id, access);
        var there = Look();
        var missing = layout.Pairs.SelectMany(pair => options.Peer.Addresses.Select((address, network) => (Pair: pair, Address: address.ToString(), Network: network)))
            .Where(path => !there.Any(known => known.Subsystem == names.Subsystem(path.Pair.Remote) && known.Address == path.Address && !known.IsGoing)).ToList();
        if (missing.Count == 0)
        {
            return Outcome.Done;
        }

        // The kernel makes one path at a time and may wait 20 s for a silent host: who does not answer at all is not asked.
        var open = await Task.WhenAll(missing.Select(path => KnockAsync(path.Pair, path.Network, cancellation)));
        var lines = missing.Zip(open).Where(path => path.Second).Select(path => Line(path.First.Pair, path.First.Network, host, secret.Value)).ToList();
        var made = await MakeAsync(lines, what, cancellation);
        SetPolicy();
        return made.Find(outcome => !outcome.IsOk) is { IsOk: false } failed ? failed
            : lines.Count < missing.Count ? new Fault(FaultCode.PeerUnavailable, what, $"{missing.Count - lines.Count} of its ports do not answer", $"Look at {options.Peer.Id}, and at the networks.", Retry.Later)
            : Outcome.Done;
    }

    private async Task<List<Outcome>> MakeAsync(List<string> lines, string what, CancellationToken cancellation)
    {
        madeBefore = Look().Select(path => path.Controller).ToHashSet(StringComparer.Ordinal);
        try
        {
            return await OnOwnThreadAsync(() => lines.ConvertAll(line => fabrics.Connect(line, what)), cancellation);
        }
        finally
        {
            madeBefore = null;
        }
    }

    /// <summary>Gives paths up: what waits on them fails now, and the mirror goes on without these drives.</summary>
    public async Task<Outcome> DisconnectAsync(IEnumerable<DrivePath> paths, CancellationToken cancellation)
    {
        // One after the other takes seconds each when the peer is silent.
        var ended = await Task.WhenAll(paths.Where(path => !path.IsGoing && path.Subsystem.Length > 0).Select(path => OnOwnThreadAsync(
            () => KernelFiles.Write(Path.Combine(places.Class, "nvme", path.Controller, "delete_controller"), "1"), cancellation)));
        var failed = ended.FirstOrDefault(outcome => !outcome.IsOk);

        // It may have gone by itself meanwhile.
        return failed.IsOk || Look().Count == 0 ? Outcome.Done : failed;
    }

    // The kernel keeps the thread for seconds: those of the pool belong to the host's lease.
    private static Task<T> OnOwnThreadAsync<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static DrivePath? Read(string folder, string name)
    {
        var controller = Path.Combine(folder, name);
        string? Text(string file) => KernelFiles.Read(Path.Combine(controller, file));
        var (places, subsystem) = (KernelFiles.Look(Path.Combine(controller, "address")), KernelFiles.Look(Path.Combine(controller, "subsysnqn")));
        if (!places.IsOk || !subsystem.IsOk)
        {
            // One that went while it was read is none.
            return Directory.Exists(controller) ? Unread(name) : null;
        }

        var address = (places.Value ?? "").Split(',').FirstOrDefault(part => part.StartsWith("traddr=", StringComparison.Ordinal))?["traddr=".Length..];
        return address is not null && subsystem.Value is { } drive ? new DrivePath(name, drive, address, Text("hostnqn") ?? "", Text("state") ?? DrivePath.Unread) : null;
    }

    private static DrivePath Unread(string controller) => new(controller, "", "", "", DrivePath.Unread);

    private string Line(DrivePair pair, int network, string host, Secrets secrets) => string.Create(
        CultureInfo.InvariantCulture,
        $"transport=tcp,traddr={options.Peer.Addresses[network]},trsvcid={options.FirstPort + pair.Index},host_traddr={options.Self.Addresses[network]},nqn={names.Subsystem(pair.Remote)},hostnqn={host},hostid={names.HostId(host):D},keep_alive_tmo=3,reconnect_delay=2,{(options.IsStrict ? Strict : Availability)},dhchap_secret={secrets.Writer}{(secrets.Target is { } target ? $",dhchap_ctrl_secret={target}" : "")}");

    private void SetPolicy()
    {
        var folder = Path.Combine(places.Class, "nvme-subsystem");
        foreach (var subsystem in KernelFiles.List(folder).Where(name => KernelFiles.Read(Path.Combine(folder, name, "subsysnqn"))?.StartsWith(names.Subsystems, StringComparison.Ordinal) == true))
        {
            _ = Policies.FirstOrDefault(policy => KernelFiles.Set(Path.Combine(folder, subsystem, "iopolicy"), policy).IsOk);
        }
    }
}

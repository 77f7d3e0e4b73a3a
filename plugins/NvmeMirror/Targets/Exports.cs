using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Drives;
using NodeAgent.Plugins.NvmeMirrorBackend.Files;
using NodeAgent.Plugins.NvmeMirrorBackend.Names;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>This node's drives, and who may reach them.</summary>
internal sealed class Exports(MirrorOptions options, Layout layout, NvmeNames names, Places places, TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private const int Glances = 50;
    private readonly TargetTree tree = new(places.Target);

    /// <summary>Lets the peer in, as the writer of one stay, and nobody else.</summary>
    public Outcome OpenTo(Epoch access)
    {
        var what = $"cannot export the drives of pool {options.Pool}";
        if (!Directory.Exists(places.Target))
        {
            return Faults.Data(what, "the kernel's NVMe target is not loaded", "Load it: 'modprobe nvmet-tcp'.");
        }

        var secret = Secrets.Read(options);
        if (!secret.IsOk)
        {
            return secret.Fault;
        }

        // Who is connected there would be told "never again" by whichever drive listens there next.
        if (layout.Pairs.Select(pair => (Drive: pair.Local, Port: tree.Elsewhere(Drive(pair, "")))).FirstOrDefault(place => place.Port is not null) is { Port: { } port } moved
            && Connected() is var there && (!there.IsOk || there.Value is not null))
        {
            return Faults.Mend(
                what, $"drive {moved.Drive} listens at port {port}, the configuration has another for it now, and {(there.IsOk ? $"{there.Value} is connected" : there.Fault.Why)}",
                "Bring back the order of 'pairs' and the 'port' of before, or stop what uses the pool and start it again: then the new ones count.");
        }

        // One that is broken keeps nobody from the others. What no mirror is made of is nobody's, and its port is another's.
        Fault? first = null;
        foreach (var unused in layout.Unused)
        {
            first ??= tree.Close(Anywhere(unused)).Fault;
        }

        foreach (var pair in layout.Pairs)
        {
            var device = LocalDrive.Find(places, pair.Local);
            var exported = device.IsOk ? tree.Export(Drive(pair, device.Value), names.Host(options.Peer.Id, access), secret.Value, options.DhGroup) : device.Fault;
            first ??= exported.Fault;
        }

        return first is null ? Outcome.Done : first with { What = what };
    }

    /// <summary>Takes the drives away from everybody, and looks that nobody is left.</summary>
    public async Task<Outcome> CloseAsync(CancellationToken cancellation)
    {
        var what = $"cannot take the drives of pool {options.Pool} away from {options.Peer.Id}";
        if (!Directory.Exists(places.Target))
        {
            return Directory.Exists(places.TargetModule)
                ? Faults.Data(what, $"the kernel's NVMe target is loaded, but {places.Target} is not there", "Mount configfs: 'mount -t configfs none /sys/kernel/config'.")
                : Outcome.Done;
        }

        foreach (var drive in All())
        {
            var closed = tree.Close(drive);
            if (!closed.IsOk || tree.OpenTo(drive) is not null)
            {
                return Faults.Data(what, closed.Fault?.ToString() ?? tree.OpenTo(drive)!, "Look at 'dmesg' and at /sys/kernel/config/nvmet.");
            }
        }

        for (var glance = 0; ; glance++)
        {
            var left = Connected();
            if (!left.IsOk || left.Value is null)
            {
                return left.IsOk ? Outcome.Done : left.Fault with { What = what };
            }

            if (glance == Glances)
            {
                return Faults.Data(what, $"{left.Value} is still connected", "Look at 'ss -tn'.");
            }

            await Task.Delay(Glance, time, cancellation);
        }
    }

    /// <summary>True if the peer, as the writer of this stay, and only it, can reach every drive.</summary>
    public bool AreOpenTo(Epoch access) => layout.Unused.All(unused => tree.OpenTo(Anywhere(unused)) is null) && layout.Pairs.All(pair =>
        LocalDrive.Find(places, pair.Local) is { IsOk: true } device && tree.IsExported(Drive(pair, device.Value), names.Host(options.Peer.Id, access)))
        && (options.TargetKeyFile is null || tree.ProvesItself(names.Host(options.Peer.Id, access)));

    /// <summary>True if nobody can reach any drive.</summary>
    public bool AreClosed => All().All(drive => tree.OpenTo(drive) is null) && Connected() is { IsOk: true, Value: null };

    /// <summary>Why a drive of this node cannot listen; null: nothing else listens at its ports.</summary>
    public Fault? Shared()
    {
        var ours = All().Select(drive => drive.Subsystem).ToHashSet(StringComparer.Ordinal);
        return layout.Pairs.Select(pair => tree.Shared(Drive(pair, ""), ours)).FirstOrDefault(shared => shared is not null);
    }

    private IEnumerable<ExportedDrive> All() => [.. layout.Pairs.Select(pair => Drive(pair, "")), .. layout.Unused.Select(Anywhere)];

    // Part of no mirror: it has no port of its own to listen at.
    private ExportedDrive Anywhere(Guid partition) => new(names.Subsystem(partition), "", names.Namespace(partition), names.Serial(partition), []);

    private ExportedDrive Drive(DrivePair pair, string device) => new(
        names.Subsystem(pair.Local), device, names.Namespace(pair.Local), names.Serial(pair.Local),
        [.. options.Self.Addresses.Select((address, network) => new TargetPort(network, address, options.FirstPort + pair.Index))]);

    /// <summary>
    /// Who is connected to a drive of this node; null: nobody. The target's own list of controllers is in debugfs, if at all; their
    /// connections are here always. State 01: established.
    /// </summary>
    public Outcome<string?> Connected()
    {
        var listed = KernelFiles.Look(places.Connections);
        if (!listed.IsOk || listed.Value is null)
        {
            return listed.Fault ?? Faults.Data("cannot look at connections", $"there is no {places.Connections}", "Mount /proc.");
        }

        var ours = layout.Pairs.Select(pair => options.FirstPort + pair.Index).Concat(All().SelectMany(drive => tree.Listening(drive.Subsystem)).Select(port => int.TryParse(port.Number, CultureInfo.InvariantCulture, out var number) ? number : 0))
            .Select(number => number.ToString("X4", CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
        var addresses = options.Self.Addresses.Select(address => Convert.ToHexString([.. address.GetAddressBytes().Reverse()])).ToHashSet(StringComparer.Ordinal);
        foreach (var line in listed.Value.Split('\n').Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && fields[3] == "01" && fields[1].Split(':') is [var address, var port] && ours.Contains(port) && addresses.Contains(address))
            {
                return fields[2];
            }
        }

        return new Outcome<string?>((string?)null);
    }
}

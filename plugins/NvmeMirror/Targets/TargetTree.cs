using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Files;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>One drive in the kernel's NVMe target. Every step can be done again, so a kill between two of them does no harm.</summary>
internal sealed class TargetTree(string root)
{
    /// <summary>
    /// Lets one host in to a drive. Listening comes last: a kernel that connects before all is there is told "never", gives
    /// the path up for good, and its mirror goes on without the drive although nobody recorded it.
    /// </summary>
    public Outcome Export(ExportedDrive drive, string host, Secrets secrets, string group)
    {
        if (IsExported(drive, host))
        {
            // Added to one that is open, as whoever asks for it needs it; exchanged never: who is connected with the old one could not come back.
            return secrets.Target is { } added && !ProvesItself(host) ? KernelFiles.Set(Path.Combine(root, "hosts", host, "dhchap_ctrl_key"), added) : Outcome.Done;
        }

        // Others, or another device: whoever is connected is thrown out first, and drained.
        var closed = Close(drive);
        return !closed.IsOk ? closed
            : Shared(drive, ImmutableHashSet<string>.Empty) is { } shared ? shared
            : Steps(Host(host, secrets, group), () => Subsystem(drive), () => LetIn(drive, host), () => Namespace(drive), () => Listen(drive));
    }

    /// <summary>
    /// Why a drive must not listen where it is to: something else does, of another pool or an older site. With a port that is shared, one that
    /// is taken away answers "never again", and the writer's kernel fails its writes instead of holding them. Null: nothing does.
    /// </summary>
    public Fault? Shared(ExportedDrive drive, IReadOnlySet<string> ours)
    {
        foreach (var port in drive.Ports)
        {
            if (KernelFiles.List(Path.Combine(PortFolder(port), "subsystems")).FirstOrDefault(name => name != drive.Subsystem && !ours.Contains(name)) is { } other)
            {
                return Faults.SharedPort($"cannot export {drive.Subsystem}", $"port {port.Number} of {port.Address} serves {other}");
            }
        }

        return null;
    }

    /// <summary>
    /// Takes a drive away from everybody. When this is done no command of another node is in the drive any more: switching
    /// the namespace off waits for those that are.
    /// </summary>
    public Outcome Close(ExportedDrive drive)
    {
        // Wherever it listens: it may have had another place among the pairs, or another first port.
        foreach (var port in KernelFiles.List(Path.Combine(root, "ports")))
        {
            var unlinked = KernelFiles.Unlink(Path.Combine(root, "ports", port, "subsystems", drive.Subsystem));
            if (!unlinked.IsOk)
            {
                return unlinked;
            }
        }

        var enable = Path.Combine(NamespaceFolder(drive), "enable");
        var off = Directory.Exists(NamespaceFolder(drive)) ? KernelFiles.Set(enable, "0") : Outcome.Done;
        return off.IsOk ? LetOut(drive, null) : off;
    }

    /// <summary>What of a drive others could still reach; null if nothing.</summary>
    public string? OpenTo(ExportedDrive drive)
    {
        // What cannot be looked at counts as open.
        var ports = KernelFiles.LookInto(Path.Combine(root, "ports"));
        List<Outcome<IReadOnlyList<string>>> links = [.. (ports.IsOk ? ports.Value : []).Select(port => KernelFiles.LookInto(Path.Combine(root, "ports", port, "subsystems")))];
        var enabled = KernelFiles.Look(Path.Combine(NamespaceFolder(drive), "enable"));
        var hosts = KernelFiles.LookInto(Path.Combine(SubsystemFolder(drive), "allowed_hosts"));
        return (ports.Fault ?? links.Find(link => !link.IsOk).Fault ?? enabled.Fault ?? hosts.Fault) is { } blind ? blind.ToString()
            : links.Exists(link => link.Value.Contains(drive.Subsystem, StringComparer.Ordinal)) ? $"{drive.Subsystem} is still linked to a port"
            : enabled.Value is not (null or "0") ? $"{drive.Subsystem} still has its namespace"
            : hosts.Value is [var host, ..] ? $"{drive.Subsystem} still allows {host}"
            : null;
    }

    /// <summary>The TCP port at which a drive listens and should not; null if there is none.</summary>
    public string? Elsewhere(ExportedDrive drive) => Listening(drive.Subsystem).Where(port => drive.Ports.All(right => right.Id != port.Id)).Select(port => port.Number).FirstOrDefault();

    /// <summary>The TCP ports at which a drive listens.</summary>
    public IEnumerable<(string Id, string Number)> Listening(string subsystem) => KernelFiles.List(Path.Combine(root, "ports"))
        .Where(port => KernelFiles.IsLink(Path.Combine(root, "ports", port, "subsystems", subsystem)))
        .Select(port => (port, KernelFiles.Read(Path.Combine(root, "ports", port, "addr_trsvcid")) ?? ""));

    /// <summary>True if a target has something to prove itself to this host with.</summary>
    public bool ProvesItself(string host) => KernelFiles.Read(Path.Combine(root, "hosts", host, "dhchap_ctrl_key")) is { Length: > 0 };

    /// <summary>True if exactly this host can reach the drive, on both networks.</summary>
    public bool IsExported(ExportedDrive drive, string host) =>
        drive.Ports.All(port => KernelFiles.IsLink(Path.Combine(PortFolder(port), "subsystems", drive.Subsystem))) && Elsewhere(drive) is null
        && KernelFiles.Read(Path.Combine(NamespaceFolder(drive), "enable")) is "1"
        && KernelFiles.Read(Path.Combine(NamespaceFolder(drive), "device_path")) == drive.Device
        && KernelFiles.Read(Path.Combine(NamespaceFolder(drive), "device_uuid")) == drive.NamespaceUuid.ToString("D")
        && KernelFiles.Read(Path.Combine(SubsystemFolder(drive), "attr_allow_any_host")) is "0"
        && KernelFiles.List(Path.Combine(SubsystemFolder(drive), "allowed_hosts")) is [var only] && only == host;

    private static Outcome Steps(Outcome first, params ReadOnlySpan<Func<Outcome>> steps)
    {
        foreach (var step in steps)
        {
            if (!first.IsOk)
            {
                return first;
            }

            first = step();
        }

        return first;
    }

    private Outcome Host(string host, Secrets secrets, string group)
    {
        var folder = Path.Combine(root, "hosts", host);
        return Steps(
            KernelFiles.MakeFolder(folder),
            () => KernelFiles.Set(Path.Combine(folder, "dhchap_key"), secrets.Writer),
            () => secrets.Target is { } target ? KernelFiles.Set(Path.Combine(folder, "dhchap_ctrl_key"), target) : Outcome.Done,
            () => group.Length > 0 ? KernelFiles.Set(Path.Combine(folder, "dhchap_dhgroup"), group) : Outcome.Done);
    }

    private Outcome Subsystem(ExportedDrive drive)
    {
        var folder = SubsystemFolder(drive);
        return Steps(
            KernelFiles.MakeFolder(folder),
            () => KernelFiles.MakeFolder(Path.Combine(folder, "allowed_hosts")),
            () => KernelFiles.Set(Path.Combine(folder, "attr_allow_any_host"), "0"),
            () => KernelFiles.Set(Path.Combine(folder, "attr_serial"), drive.Serial));
    }

    private Outcome LetIn(ExportedDrive drive, string host) => Steps(
        LetOut(drive, host),
        () => KernelFiles.Link(Path.Combine(SubsystemFolder(drive), "allowed_hosts", host), Path.Combine(root, "hosts", host)));

    private Outcome LetOut(ExportedDrive drive, string? but)
    {
        foreach (var host in KernelFiles.List(Path.Combine(SubsystemFolder(drive), "allowed_hosts")).Where(host => host != but))
        {
            var unlinked = KernelFiles.Unlink(Path.Combine(SubsystemFolder(drive), "allowed_hosts", host));
            if (!unlinked.IsOk)
            {
                return unlinked;
            }

            // Other drives may still name it; the last one takes it along.
            KernelFiles.RemoveFolder(Path.Combine(root, "hosts", host));
        }

        return Outcome.Done;
    }

    private Outcome Namespace(ExportedDrive drive)
    {
        var folder = NamespaceFolder(drive);
        return Steps(
            KernelFiles.MakeFolder(folder),
            () => KernelFiles.Set(Path.Combine(folder, "device_path"), drive.Device),
            () => KernelFiles.Set(Path.Combine(folder, "device_uuid"), drive.NamespaceUuid.ToString("D")),
            () => KernelFiles.Set(Path.Combine(folder, "enable"), "1"));
    }

    private Outcome Listen(ExportedDrive drive)
    {
        foreach (var port in drive.Ports)
        {
            var folder = PortFolder(port);
            var made = Steps(
                KernelFiles.MakeFolder(folder),
                () => KernelFiles.MakeFolder(Path.Combine(folder, "subsystems")),
                () => KernelFiles.Set(Path.Combine(folder, "addr_trtype"), "tcp"),
                () => KernelFiles.Set(Path.Combine(folder, "addr_adrfam"), "ipv4"),
                () => KernelFiles.Set(Path.Combine(folder, "addr_traddr"), port.Address.ToString()),
                () => KernelFiles.Set(Path.Combine(folder, "addr_trsvcid"), port.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                () => KernelFiles.Link(Path.Combine(folder, "subsystems", drive.Subsystem), SubsystemFolder(drive)));
            if (!made.IsOk)
            {
                return made;
            }
        }

        return Outcome.Done;
    }

    private string SubsystemFolder(ExportedDrive drive) => Path.Combine(root, "subsystems", drive.Subsystem);

    private string NamespaceFolder(ExportedDrive drive) => Path.Combine(SubsystemFolder(drive), "namespaces", "1");

    private string PortFolder(TargetPort port) => Path.Combine(root, "ports", port.Id);
}

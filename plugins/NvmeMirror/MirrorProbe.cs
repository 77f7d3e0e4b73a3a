using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Drives;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Looks whether this node can do its part, and whether anybody else might import the pool. Changes nothing.</summary>
internal sealed class MirrorProbe(Parts parts)
{
    public async Task<Outcome<BackendHealth>> LookAsync(CancellationToken cancellation)
    {
        // Before any program: what hangs for the pool may hang for all of them.
        if (parts.Tool.IsImported && parts.Sight.BlindFor is { } blind && blind >= PoolSight.Told)
        {
            return new BackendHealth(HealthLevel.Failed, "",
            [
                string.Create(CultureInfo.InvariantCulture, $"Pool {parts.Options.Pool} could not be looked at for {blind.TotalSeconds:F0} s: drives that it loses are not recorded. After {PoolSight.Trust.TotalMinutes:F0} min {parts.Peer} counts as out of date, and nothing fails over."),
                $"See 'zpool status {parts.Options.Pool}', 'dmesg' and stuck programs ('ps -eo pid,stat,args', state D); another import or export holds ZFS's locks while it lasts.",
            ]);
        }

        var version = await parts.Tool.VersionAsync($"cannot probe backend {parts.Context.Id}", cancellation);
        if (!version.IsOk)
        {
            return version.Fault;
        }

        List<string> failures = [.. Failures(version.Value.Rule, version.Value.Version), .. await ClonedAsync(cancellation), .. await OpenToAllAsync(cancellation)];
        List<string> remarks = [.. Remarks(), .. SpareRemarks(), .. await new ForeignImports(parts).FindAsync(cancellation)];
        var level = failures.Count > 0 ? HealthLevel.Failed : remarks.Count > 0 ? HealthLevel.Degraded : HealthLevel.Ok;
        return new BackendHealth(level, $"zfs {version.Value.Version}", [.. failures, .. remarks]);
    }

    private IEnumerable<string> Failures(ClaimRule rule, string version)
    {
        if (ZfsVersions.AgainstPlanned(rule) is { } old)
        {
            yield return $"ZFS {version}: {old}.";
        }

        if (parts.Context.Notes is null)
        {
            yield return "The host offers no cluster store to keep certificates in: nothing is promoted.";
        }

        if (!Directory.Exists(parts.Places.Target))
        {
            yield return "The kernel's NVMe target is not loaded: 'modprobe nvmet-tcp'.";
        }

        if (!File.Exists(parts.Places.Fabrics))
        {
            yield return "The kernel's NVMe initiator is not loaded: 'modprobe nvme-tcp'.";
        }

        if (Secrets.Read(parts.Options) is { IsOk: false } secret)
        {
            yield return $"{secret.Fault.Why}. {secret.Fault.NextStep}";
        }

        foreach (var drive in parts.Pairs.Select(pair => LocalDrive.Find(parts.Places, pair.Local)).Where(drive => !drive.IsOk))
        {
            yield return $"{drive.Fault!.Why}. {drive.Fault.NextStep}";
        }

        if ((parts.Exports.Shared() ?? parts.Connections.Shared("cannot share a port")) is { } shared)
        {
            yield return $"{shared.Why}. {shared.NextStep}";
        }

        // Not there at all is no fault of this node: only a writer has them.
        if (parts.Connections.AreReached(parts.Pairs.Where(pair => File.Exists(parts.Tool.Device(pair.Remote))), "cannot use the peer's drives") is { IsOk: false, Fault.Code: FaultCode.PreconditionFailed } misplaced)
        {
            yield return $"{misplaced.Fault.Why}. {misplaced.Fault.NextStep}";
        }
    }

    // Only a node that does not write can see it: certificate and label name whoever writes.
    private async Task<IEnumerable<string>> ClonedAsync(CancellationToken cancellation)
    {
        const string What = "cannot compare host identities";
        if (parts.Tool.IsImported || await parts.Book.ReadAsync(What, cancellation) is not { IsOk: true, Value.Certificate: { } certificate } || certificate.Writer == parts.Self)
        {
            return [];
        }

        var label = await parts.Tool.LabelAsync(What, parts.Pairs[0].Local, cancellation);
        return label is { IsOk: true, Value: { } half } && HostId.Against(parts, certificate, half) is { } cloned
            ? [$"{cloned}: promotion is refused. 'zgenhostid -f' on one of them while the pool is not imported there, then reboot it."]
            : [];
    }

    // Made with it, and anybody may have switched it off since.
    private async Task<IEnumerable<string>> OpenToAllAsync(CancellationToken cancellation) =>
        parts.Tool.IsImported && await parts.Tool.MultihostAsync("cannot look at multihost", cancellation) is { IsOk: true, Value: "off" }
            ? [$"Pool {parts.Options.Pool} has multihost=off: ZFS would let another node import it while it is written here. 'zpool set multihost=on {parts.Options.Pool}'."]
            : [];

    private IEnumerable<string> SpareRemarks()
    {
        foreach (var spare in parts.Layout.FreeSpares)
        {
            if ((LocalDrive.Find(parts.Places, spare).Fault?.Why ?? Sparing.TooSmall(parts, spare)) is { } why)
            {
                yield return $"{why}: it can take no drive's place.";
            }
        }

        if (parts.Options.Spares.Count > 0 && parts.Layout.FreeSpares.Count == 0)
        {
            yield return $"All {parts.Options.Spares.Count} spares of {parts.Self} are used. Replace the dead drives, and name the new ones in the option 'spares' on both nodes.";
        }
    }

    private IEnumerable<string> Remarks()
    {
        if (!File.Exists(Path.Combine(parts.Places.Etc, "hostid")))
        {
            yield return "There is no /etc/hostid: multihost cannot tell this node from another. Make one: 'zgenhostid'.";
        }

        if (!parts.Options.IsStrict)
        {
            yield return "The profile is 'availability': the peer is never certified, and automatic failover never happens.";
        }
    }
}

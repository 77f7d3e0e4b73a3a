using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>Builds the pool with its first volume. Drives that hold anything of ZFS are left alone.</summary>
internal sealed class Building(Parts parts)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PeerLimit = TimeSpan.FromSeconds(30);

    /// <summary>Done at once if the pool was built before. Killed in between: goes on where it was.</summary>
    public async Task<Outcome> EnsureAsync(WriteGrant grant, string what, CancellationToken cancellation)
    {
        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is { IsBuilding: false })
        {
            return Outcome.Done;
        }

        if ((parts.Connections.Shared(what) ?? parts.Exports.Shared()) is { } shared)
        {
            return shared with { What = what };
        }

        var version = await parts.Tool.VersionAsync(what, cancellation);
        if (!version.IsOk || ZfsVersions.AgainstPlanned(version.Value.Rule) is { })
        {
            return version.Fault ?? new Fault(FaultCode.Unsupported, what, $"ZFS {version.Value.Version}: {ZfsVersions.AgainstPlanned(version.Value.Rule)}", "Install another version of ZFS.", Retry.AfterFix);
        }

        var begun = await BeginAsync(seen.Value, grant, what, cancellation);
        return begun.IsOk ? await GoOnAsync(begun.Value, what, cancellation) : begun.Fault;
    }

    /// <summary>The peer lets this node in when it sees the certificate.</summary>
    private async Task<Outcome<Certified>> BeginAsync(Certified seen, WriteGrant grant, string what, CancellationToken cancellation)
    {
        if (seen.Certificate is { } begun)
        {
            return begun.Writer == parts.Self ? seen
                : new Fault(FaultCode.NotWriter, what, $"{begun.Writer} has begun to build the pool", $"Do it on {begun.Writer}.", Retry.Never);
        }

        var blank = await AreBlankAsync(pair => pair.Local, what, cancellation);
        var stored = blank.IsOk ? parts.Epochs.Store(grant.Epoch) : blank;
        return stored.IsOk
            ? await parts.Book.WriteAsync(what, seen, new Certificate(parts.Self, grant.Epoch, grant.Epoch, Whole.Only(parts.Self), 0, "", "the pool is being built") { HostId = HostId.Read(parts.Places) }, cancellation)
            : stored.Fault;
    }

    private async Task<Outcome> GoOnAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var connected = await ReachAsync(seen.Certificate!, what, cancellation);
        var made = !connected.IsOk ? connected : parts.Tool.IsImported ? Outcome.Done : await MakeAsync(what, cancellation);
        var view = made.IsOk ? await parts.Tool.StatusAsync(what, cancellation) : made.Fault;
        if (!view.IsOk)
        {
            return view.Fault;
        }

        if (!view.Value.IsWhole(parts.Pairs))
        {
            return Faults.Data(what, "not every mirror has both drives", $"Look at 'zpool status {parts.Options.Pool}'.");
        }

        var written = await parts.Book.WriteAsync(
            what, seen,
            seen.Certificate! with
            {
                PoolGuid = view.Value.Guid,
                InSync = parts.Options.IsStrict ? Whole.Both(parts.Self, parts.Peer) : Whole.Only(parts.Self),
                Because = "the pool was built",
            },
            cancellation);
        return written.WithoutValue();
    }

    private async Task<Outcome> ReachAsync(Certificate certificate, string what, CancellationToken cancellation)
    {
        var began = parts.Time.GetTimestamp();
        for (; ; )
        {
            var connected = await parts.Connections.ConnectAsync(certificate.Access, cancellation);
            _ = await parts.Tool.LookAsync("wait for devices", "udevadm", ["settle", "--timeout=5"], cancellation);
            var reached = parts.Connections.AreReached(parts.Pairs, what);
            if (connected.IsOk && reached.IsOk)
            {
                return Outcome.Done;
            }

            // One that is in the wrong place does not come by waiting.
            if (reached is { IsOk: false, Fault.Code: FaultCode.PreconditionFailed })
            {
                return reached;
            }

            if (parts.Time.GetElapsedTime(began) > PeerLimit)
            {
                return connected.Fault ?? Faults.Data(what, $"not all drives of {parts.Peer} have their partition", "Check the option 'pairs'.");
            }

            await Task.Delay(Glance, parts.Time, cancellation);
        }
    }

    private async Task<Outcome> MakeAsync(string what, CancellationToken cancellation)
    {
        var first = await parts.Tool.LabelAsync(what, parts.Pairs[0].Local, cancellation);
        if (!first.IsOk)
        {
            return first.WithoutValue();
        }

        _ = parts.Knobs.Set(MultihostTiming.Steady);
        if (first.Value is { } half && half.Pool == parts.Options.Pool)
        {
            // Killed after it was made: it is this pool, for before it the drives were seen blank.
            var devices = parts.Pairs.SelectMany(pair => new[] { "-d", parts.Tool.Device(pair.Local), "-d", parts.Tool.Device(pair.Remote) });
            return (await parts.Tool.ChangeAsync(what, "zpool", ["import", "-N", "-o", "cachefile=none", .. devices, parts.Options.Pool], cancellation)).WithoutValue();
        }

        foreach (var side in new Func<DrivePair, Guid>[] { pair => pair.Local, pair => pair.Remote })
        {
            var blank = await AreBlankAsync(side, what, cancellation);
            if (!blank.IsOk)
            {
                return blank;
            }
        }

        var mirrors = parts.Pairs.SelectMany(pair => new[] { "mirror", parts.Tool.Device(pair.Local), parts.Tool.Device(pair.Remote) });
        return (await parts.Tool.ChangeAsync(
            what, "zpool",
            [
                "create", "-o", "ashift=12", "-o", "multihost=on", "-o", "cachefile=none", "-o", "failmode=wait", "-o", "autoreplace=off",
                "-O", $"mountpoint={parts.Options.Mountpoint}", "-O", "canmount=off", "-O", "compression=lz4", "-O", "atime=off", "-O", "acltype=posix", "-O", "xattr=sa",
                parts.Options.Pool, .. mirrors,
            ],
            cancellation)).WithoutValue();
    }

    private async Task<Outcome> AreBlankAsync(Func<DrivePair, Guid> side, string what, CancellationToken cancellation)
    {
        foreach (var pair in parts.Pairs)
        {
            var label = await parts.Tool.LabelAsync(what, side(pair), cancellation);
            if (!label.IsOk)
            {
                return label.WithoutValue();
            }

            if (label.Value?.Pool == parts.Options.Pool)
            {
                // Built before, and the store does not know it: nobody is told how to destroy what is on it.
                return Faults.Mend(
                    what, $"{parts.Tool.Device(side(pair))} holds a part of pool {parts.Options.Pool} itself, of which the cluster store has no certificate",
                    $"Its data is still there: clear no label; 'nodeagent volume resolve {parts.Options.Pool} --keep NODE --plan' shows both halves. For a new pool, choose another name.");
            }

            if (label.Value is { } other)
            {
                return Faults.Mend(what, $"{parts.Tool.Device(side(pair))} holds a part of pool {other.Pool}", $"If that may go: 'zpool labelclear -f {parts.Tool.Device(side(pair))}' on the node that has the drive.");
            }
        }

        return Outcome.Done;
    }
}

using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Choices;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Carries out what a person has chosen, one step at a look: the copy that is given up parts, is kept, gives up, says so in the
/// certificate; only then do the two connect. Nothing is remembered but in the certificate and the kernel.
/// </summary>
internal sealed class Yielding(Parts parts, Resource resource, Backing backing)
{
    private static readonly TimeSpan ConnectEvery = TimeSpan.FromSeconds(10);
    private long? connectedAt;

    /// <summary>The node whose copy is given up.</summary>
    public async Task<Outcome> GiveWayAsync(Certified seen, GivingWay way, ResourceState state, CancellationToken cancellation)
    {
        var what = $"cannot give up this node's copy of {resource.Name}";
        if (seen.Certificate!.Covers(parts.Self))
        {
            // It counts again: it was copied since, or took over. Nothing of it is given up any more.
            return Outcome.Done;
        }

        if (state.IsConnected)
        {
            if (!way.IsReady && state.Volumes.Any(volume => volume.Replication is "SyncSource" or "PausedSyncS"))
            {
                return await WithdrawAsync(seen, what, cancellation);
            }

            // Whatever the two agreed on before, what this copy holds is kept and given up first.
            return state.Volumes.Any(volume => volume.Replication is "SyncSource" or "PausedSyncS")
                ? await PartAsync(what, cancellation) is { IsOk: false } stuck ? stuck
                    : new Fault(FaultCode.Diverged, what, $"it was being copied from, although {seen.Certificate!.Writer} was chosen; parted again", "It is given up and connected by itself.", Retry.Later)
                : way.IsReady ? Outcome.Done
                : await PartAsync(what, cancellation);
        }

        if (way.IsReady)
        {
            return state.IsAlone ? await ConnectAsync(what, () => parts.Tool.ConnectGivingWayAsync(resource.Name, what, cancellation)) : Outcome.Done;
        }

        if (!state.IsAlone)
        {
            return await PartAsync(what, cancellation);
        }

        if (state.Volumes.Count == 0 || state.Volumes.Any(volume => volume.Disk is not ("UpToDate" or "Consistent" or "Outdated" or "Inconsistent")))
        {
            return Faults.Data(what, $"its disk is not there ({state})", "Bring it back; until then it stays parted.");
        }

        if (!seen.Certificate.Covers(seen.Certificate.Writer))
        {
            return Faults.Data(what, $"the copy of {seen.Certificate.Writer}, which was to be kept, is not certified any more ({seen.Certificate})", $"Nothing is given up. Look at both copies: nodeagent volume resolve {resource.Name} --plan --keep {seen.Certificate.Writer}");
        }

        var kept = way.KeptAs is { } name ? await backing.KeepAsync(state, name, what, cancellation) : Outcome.Done;
        var given = kept.IsOk ? await GiveUpAsync(way, state, what, cancellation) : kept;
        return given.IsOk ? await ReadyAsync(seen, way, what, cancellation) : given;
    }

    /// <summary>The node whose copy is kept: stays away until the other has given up, then connects.</summary>
    public async Task<Outcome> KeepAsync(GivingWay way, ResourceState state, CancellationToken cancellation)
    {
        var what = $"cannot connect {resource.Name} to the copy that gives way";
        return way.IsReady ? state.IsAlone ? await ConnectAsync(what, () => parts.Tool.ConnectAsync(resource.Name, what, cancellation)) : Outcome.Done
            : state.IsPrimary || state.IsAlone || state.IsConnected ? Outcome.Done
            : await PartAsync(what, cancellation);
    }

    // Where the kernel would see that copy as the newer one, or cannot tell, connecting would copy the wrong way: then it counts
    // for nothing first, and the kernel cannot take it for a source.
    private async Task<Outcome> GiveUpAsync(GivingWay way, ResourceState state, string what, CancellationToken cancellation)
    {
        var generations = new List<(int Volume, Generation? Generation)>();
        foreach (var volume in state.Volumes)
        {
            generations.Add((volume.Number, await parts.Tool.GenerationAsync(resource.Name, volume, cancellation)));
        }

        if (!resource.GoingBack.IsSet && Generations.IsDifferenceEnough(way.Generations, Generations.Join(generations)))
        {
            return Outcome.Done;
        }

        // Done before a kill or not: a second time changes nothing.
        var given = await parts.Tool.InvalidateAsync(resource.Name, what, cancellation);
        return given.IsOk ? resource.GoingBack.Clear() : given;
    }

    // Somebody else connected the two, and the kernel copied over what was to be kept. This copy may be the only whole one now.
    private async Task<Outcome> WithdrawAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var old = seen.Certificate!;
        var parted = await PartAsync(what, cancellation);
        var written = parted.IsOk
            ? (await resource.Book.WriteAsync(what, seen, old with { InSync = old.InSync.Remove(old.Writer.Value), GivingWay = null, Because = $"{old.Writer} was chosen, and was copied over before {parts.Self} had given way" }, cancellation)).WithoutValue()
            : parted;
        return written.IsOk ? new Fault(
            FaultCode.Diverged, what, $"it was being copied from, although {old.Writer} was chosen; parted, and nothing is given up", "Choose again: nodeagent volume resolve.", Retry.AfterLook) : written;
    }

    private async Task<Outcome> ReadyAsync(Certified seen, GivingWay way, string what, CancellationToken cancellation) =>
        (await resource.Book.WriteAsync(what, seen, seen.Certificate! with { GivingWay = way with { IsReady = true } }, cancellation)).WithoutValue();

    private async Task<Outcome> PartAsync(string what, CancellationToken cancellation)
    {
        var parted = await parts.Tool.DisconnectAsync(resource.Name, what, cancellation);

        // What parts here is connected by this alone, not by a takeover of before.
        return parted.IsOk ? resource.Parted.Clear() : parted;
    }

    private async Task<Outcome> ConnectAsync(string what, Func<Task<Outcome>> connect)
    {
        var before = connectedAt;
        if (before is null || parts.Time.GetElapsedTime(before.Value) >= ConnectEvery)
        {
            connectedAt = parts.Time.GetTimestamp();
            var connected = await connect();
            var cleared = connected.IsOk ? resource.Parted.Clear() : connected;
            if (!cleared.IsOk)
            {
                return cleared;
            }
        }

        return before is null ? Outcome.Done : new Fault(
            FaultCode.Diverged, what, "the kernel dropped the connection again",
            $"It is tried every {ConnectEvery.TotalSeconds:F0} s. 'Unrelated data' in 'dmesg': make the copy that gives way anew ('drbdadm create-md').", Retry.Later);
    }
}

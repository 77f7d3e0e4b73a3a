using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Has the kernel compare both copies of a volume now and then, and sees how that ends. What it finds is out of sync as any other, and
/// the upkeep does with it what it does with that.
/// </summary>
/// <remarks>
/// Begun on the node that does not write. In the step that begins it the kernel (8.4: drbd_adm_start_ov) waits until no I/O of this node is on its
/// way, and holds the lock that "resume-io" needs. On the writer, begun in the seconds in which its peer is dead and nobody has noticed
/// yet, that would wait for writes that only "resume-io" ends: they would stand still for ever.
/// </remarks>
internal sealed class VerifyWatch(Parts parts, Resource resource)
{
    // How long all must have been well before a comparison takes disks and network from the service.
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(10);

    // One that was begun and did not end, whatever ended it, is not tried again at once.
    public static readonly TimeSpan Again = TimeSpan.FromDays(1);

    // Whoever did not look for so long cannot know that the connection was there all the time.
    private static readonly TimeSpan Blink = TimeSpan.FromSeconds(5);
    private int? running;
    private long lookedAt;
    private long? calmSince;

    /// <summary>The step of one look.</summary>
    /// <param name="seen">The certificate.</param>
    /// <param name="state">What the kernel says.</param>
    /// <param name="mayBegin">The upkeep has nothing to tell of the resource, nothing else is compared or copied on this node, and it is this resource's turn.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Outcome> KeepAsync(Certified seen, ResourceState state, bool mayBegin, CancellationToken cancellation)
    {
        if (parts.Options.VerifyEvery is not { } every)
        {
            return Outcome.Done;
        }

        var what = $"cannot compare the copies of resource {resource.Name}";
        var followed = Follow(state);
        calmSince = IsWell(seen.Certificate, state) ? calmSince ?? parts.Time.GetTimestamp() : null;
        return followed.IsOk && mayBegin && running is null && calmSince is { } since && parts.Time.GetElapsedTime(since) >= Calm
            && state.Volumes.FirstOrDefault(volume => IsDue(volume, every)) is { } due ? await BeginAsync(due, what, cancellation) : followed;
    }

    private Outcome Follow(ResourceState state)
    {
        if (running is not { } number)
        {
            return Outcome.Done;
        }

        var isSeen = parts.Time.GetElapsedTime(lookedAt) <= Blink;
        lookedAt = parts.Time.GetTimestamp();
        var volume = state.Volumes.FirstOrDefault(volume => volume.Number == number);
        if (isSeen && state.IsConnected && volume is { IsVerifying: true })
        {
            return Outcome.Done;
        }

        running = null;
        if (!isSeen || volume is not { Disk: "UpToDate", PeerDisk: "UpToDate", Replication: "Established", IsDifferenceKnown: true } || !state.IsConnected)
        {
            parts.Say(Severity.Information, $"{resource.Unit}: comparing both copies of volume {number} did not end, or nobody saw it ({state}); it is begun anew, not before {Again.TotalHours:F0} h have gone by");
            return Outcome.Done;
        }

        parts.Say(
            volume.OutOfSyncBytes == 0 ? Severity.Information : Severity.Error,
            $"{resource.Unit}: both copies of volume {number} were compared, {volume.OutOfSyncBytes} bytes differ");
        return resource.Verified.Put(resource.Verified.All[number] with { Ended = parts.Time.GetUtcNow(), FoundBytes = volume.OutOfSyncBytes });
    }

    // Written on the other node, and both copies certified and whole. A promotion or a choice that is under way is not disturbed.
    private bool IsWell(Certificate? certificate, ResourceState state) =>
        certificate is { GivingWay: null } && certificate.Writer == parts.Peer && certificate.Covers(parts.Self) && certificate.Covers(parts.Peer)
        && state is { IsSecondary: true, PeerRole: "Primary", IsMirrored: true, IsStill: false }
        && state.Volumes.All(volume => volume.IsIdle) && !resource.Parted.IsSet && !resource.GoingBack.IsSet;

    // What was done in the future was done by a clock that was wrong.
    private bool IsDue(VolumeState volume, TimeSpan every) =>
        resource.Verified.All.GetValueOrDefault(volume.Number) is not { } note
        || ((note.Ended is not { } ended || IsPast(ended, every)) && IsPast(note.Begun, every < Again ? every : Again));

    private bool IsPast(DateTimeOffset then, TimeSpan span) => parts.Time.GetUtcNow() - then is var gone && (gone >= span || gone < TimeSpan.Zero);

    private async Task<Outcome> BeginAsync(VolumeState volume, string what, CancellationToken cancellation)
    {
        // Whatever comes of it, it is not tried every second.
        calmSince = null;
        var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
        if (!found.IsOk || !found.Value.CanVerify)
        {
            // Without an algorithm the kernel refuses it: told by the probe.
            return found.WithoutValue();
        }

        var old = resource.Verified.All.GetValueOrDefault(volume.Number);
        var noted = resource.Verified.Put(new VerifyNote(volume.Number, parts.Time.GetUtcNow(), old?.Ended, old?.FoundBytes ?? 0));
        var begun = noted.IsOk ? await parts.Tool.VerifyAsync(resource.Name, volume, what, cancellation) : noted;
        if (begun.IsOk)
        {
            (running, lookedAt) = (volume.Number, parts.Time.GetTimestamp());
            parts.Say(Severity.Information, $"{resource.Unit}: both copies of volume {volume.Number} are being compared");
        }

        return begun;
    }
}

using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Drives;

/// <summary>
/// An operator replaces a drive of this node. One replacement of the certificate: the half does not count any more, and the new
/// drive is in the place of the old one, as a spare would be. The upkeep of both nodes does the rest, and goes on after a kill.
/// </summary>
internal sealed class DriveExchange(Parts parts) : IDriveReplacement
{
    public async Task<Outcome<DriveReplacementPlan>> PlanReplacementAsync(DriveReplacement order, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(order, cancellation);
        return weighed.Map(found => found.Plan);
    }

    public async Task<Outcome> ReplaceAsync(DriveReplacement order, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(order, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var (plan, seen, next) = weighed.Value;
        if (plan.Stage != DriveReplacementStage.NotOrdered)
        {
            return Outcome.Done;
        }

        var what = What(order);
        if (plan.Blockers.Count > 0 || next is null)
        {
            return Faults.Mend(what, string.Join("; ", plan.Blockers), $"'nodeagent drive replace {order.Drive} --with {order.With} --plan' shows what would be done.");
        }

        // Against the version that was weighed: a drive that was lost meanwhile has replaced it.
        var written = await parts.Book.WriteAsync(what, seen, next, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{parts.Unit}: an operator replaced drive {order.Drive} of {parts.Self} with {order.With}; its half counts again when it was copied");
        }

        return written.WithoutValue();
    }

    private static string What(DriveReplacement order) => $"cannot replace drive {order.Drive}";

    private async Task<Outcome<Weighed>> WeighAsync(DriveReplacement order, CancellationToken cancellation)
    {
        var what = What(order);
        if (!Guid.TryParseExact(order.Drive, "D", out var old) || !Guid.TryParseExact(order.With, "D", out var taker))
        {
            return new Fault(FaultCode.InvalidArgument, what, "a drive is named by the PARTUUID of its partition", "See 'pairs' in the configuration, and 'lsblk -o NAME,PARTUUID'.", Retry.Never);
        }

        var read = await parts.Book.ReadAsync(what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        if (!parts.Layout.IsKnown(old))
        {
            return new Fault(FaultCode.NotFound, what, $"no mirror of pool {parts.Options.Pool} is made of it", "See 'pairs' in the configuration, and 'nodeagent pool list' for drives that took a place.", Retry.Never);
        }

        if (read.Value.Certificate is not { IsBuilding: false } certificate)
        {
            return Faults.NoCertificate(parts.Options.Pool, what);
        }

        if (certificate.Spares.TryGetValue(old, out var there))
        {
            return there == taker
                ? new Weighed(new DriveReplacementPlan(parts.Self, Steps(certificate, old, taker), [], StageOf(certificate), await ProgressAsync(certificate, taker, what, cancellation)), read.Value, null)
                : Faults.Mend(what, $"drive {there} is in its place already", $"If that one is to go: 'nodeagent drive replace {there} --with …'.");
        }

        if (parts.Pairs.FirstOrDefault(pair => pair.Local == old) is not { } mirror)
        {
            return parts.Pairs.Any(pair => pair.Remote == old)
                ? new Fault(FaultCode.PreconditionFailed, what, $"it is a drive of {parts.Peer}", $"Do it on {parts.Peer}: only the node that has the drives can look at them.", Retry.Never)
                : Faults.Mend(what, "the configuration names it, and no mirror is made of it now", "See 'nodeagent pool list'.");
        }

        List<string> blockers = [.. await AgainstOldAsync(certificate, old, mirror, what, cancellation), .. await AgainstNewAsync(old, taker, what, cancellation)];
        var parted = await PartedAsync(certificate, what, cancellation);
        if (!parted.IsOk)
        {
            blockers.Add(parted.Fault.Why);
        }

        var next = certificate with
        {
            InSync = certificate.InSync.Remove(parts.Self.Value), Txg = parted.IsOk ? parted.Value : 0, ScanBefore = null,
            Spares = certificate.Spares.SetItem(old, taker), Because = $"an operator replaced drive {old} of {parts.Self} with {taker}",
        };
        return new Weighed(new DriveReplacementPlan(parts.Self, Steps(certificate, old, taker), blockers, DriveReplacementStage.NotOrdered, ""), read.Value, blockers.Count == 0 ? next : null);
    }

    /// <summary>Why this drive must not be taken out of its mirror now.</summary>
    private async Task<List<string>> AgainstOldAsync(Certificate certificate, Guid old, DrivePair mirror, string what, CancellationToken cancellation)
    {
        List<string> blockers = [];
        if (!certificate.Covers(parts.Peer))
        {
            blockers.Add($"the half of {parts.Peer} does not hold everything ({certificate}): without this drive no half would; wait until it is certified");
        }

        if (certificate.Before is not null)
        {
            blockers.Add("the pool is just being taken: wait until the promotion has ended");
        }

        // ZFS puts nothing in the place of what is just being put into a place.
        if (!certificate.Covers(parts.Self) && certificate.Spares.ContainsValue(old) && await parts.Tool.LabelAsync(what, old, cancellation) is { IsOk: true, Value: not null })
        {
            blockers.Add($"{old} has just taken a place itself and is being copied: wait until the half of {parts.Self} is certified");
        }

        if (certificate.Writer != parts.Self)
        {
            // Nobody would replace it, and this half could not be opened either.
            var connected = parts.Exports.Connected();
            return !connected.IsOk ? [.. blockers, connected.Fault.Why]
                : connected.Value is null ? [.. blockers, $"{certificate.Writer} is not connected to the drives of {parts.Self}: it must have the pool open; start what uses it"]
                : blockers;
        }

        if (!parts.Tool.IsImported)
        {
            return [.. blockers, "the pool is not open: start what uses it"];
        }

        var view = await parts.Tool.StatusAsync(what, cancellation);
        return !view.IsOk ? [.. blockers, $"the pool cannot be looked at: {view.Fault.Why}"]
            : view.Value.IsSuspended ? [.. blockers, "the pool has suspended all I/O"]
            : view.Value.IsGood(mirror.Remote) ? blockers
            : [.. blockers, $"drive {mirror.Remote} of {parts.Peer}, the other one of its mirror, is {view.Value.Of(mirror.Remote)?.State ?? "not in the pool"} or counts errors: mend that first"];
    }

    /// <summary>Why the new drive cannot take its place.</summary>
    private async Task<List<string>> AgainstNewAsync(Guid old, Guid taker, string what, CancellationToken cancellation)
    {
        List<string> blockers = [];
        if (parts.Layout.IsKnown(taker))
        {
            return [$"{taker} is a drive of this pool, or was: give the new one a PARTUUID of its own ('sfdisk --part-uuid')"];
        }

        if (LocalDrive.Find(parts.Places, taker) is { IsOk: false } missing)
        {
            return [$"{missing.Fault.Why}. {missing.Fault.NextStep}"];
        }

        if (Sparing.TooSmall(parts, taker) is { } small)
        {
            blockers.Add(small);
        }

        if (LocalDrive.BlockOf(parts.Places, taker) is { } block && LocalDrive.BlockOf(parts.Places, old) is { } before && block > before)
        {
            blockers.Add(string.Create(CultureInfo.InvariantCulture, $"{taker} has blocks of {block} bytes and {old} of {before}: ZFS refuses it; format it anew ('nvme format')"));
        }

        var blank = await parts.Tool.IsBlankAsync(what, taker, cancellation);
        if (blank is not { IsOk: true, Value: true })
        {
            blockers.Add(blank.IsOk ? $"{taker} is not empty: if what it holds may go, 'wipefs -a {parts.Tool.Device(taker)}'" : blank.Fault.Why);
        }

        return blockers;
    }

    /// <summary>The group at which this half stops counting. Its other drives go on being written: only all of them back tell more.</summary>
    private async Task<Outcome<long>> PartedAsync(Certificate certificate, string what, CancellationToken cancellation)
    {
        if (certificate.Writer == parts.Self || !certificate.Covers(parts.Self))
        {
            return certificate.Txg;
        }

        var newest = 0L;
        foreach (var pair in parts.Pairs)
        {
            var label = await parts.Tool.LabelAsync(what, pair.Local, cancellation);
            if (!label.IsOk || label.Value?.PoolGuid != certificate.PoolGuid)
            {
                return label.Fault ?? Faults.Data(what, $"drive {pair.Local} holds no label of this pool", "Look at it with 'zdb -l'.");
            }

            newest = Math.Max(newest, label.Value.Txg);
        }

        return newest;
    }

    private List<string> Steps(Certificate certificate, Guid old, Guid taker)
    {
        var isWriter = certificate.Writer == parts.Self;
        return
        [
            $"Recorded in the cluster: the half of {parts.Self} does not count until it was copied, and {taker} is in the place of {old}. Until then {(isWriter ? $"writes wait if drives of {parts.Peer} are lost" : $"nothing fails over to {parts.Self}")}.",
            $"{parts.Self} gives {taker} to {parts.Peer} over the port of {old}, and {old} to nobody.",
            isWriter ? $"{parts.Self} has ZFS replace {old} by {taker}, and copies it." : $"{certificate.Writer} gives up its paths to {old}, has ZFS replace it by {taker}, and copies it from its own drive.",
            $"Both halves are seen whole twice: the half of {parts.Self} is certified.",
            $"By hand, after that: take {old} out, and write {taker} for {old} into 'pairs' on both nodes.",
        ];
    }

    private DriveReplacementStage StageOf(Certificate certificate) =>
        certificate.Covers(parts.Self) ? DriveReplacementStage.Done : DriveReplacementStage.Copying;

    private async Task<string> ProgressAsync(Certificate certificate, Guid taker, string what, CancellationToken cancellation)
    {
        if (certificate.Covers(parts.Self))
        {
            return $"The half of {parts.Self} is certified.";
        }

        var view = parts.Tool.IsImported ? await parts.Tool.StatusAsync(what, cancellation) : default(Outcome<PoolView>?);
        return view is not { IsOk: true, Value: { } pool } ? $"The half of {parts.Self} is not certified yet ({certificate}); {certificate.Writer} tells how far the copying is: 'nodeagent pool list'."
            : pool.Of(taker) is null ? "ZFS has not begun yet."
            : pool.Scan is { IsRunning: true, Total: > 0 } scan ? string.Create(CultureInfo.InvariantCulture, $"ZFS has copied {100 * scan.Done / scan.Total} %.")
            : "ZFS has the new drive; it waits to be certified.";
    }

    // Without a next there is nothing to be done, or something in the way.
    private sealed record Weighed(DriveReplacementPlan Plan, Certified Seen, Certificate? Next);
}

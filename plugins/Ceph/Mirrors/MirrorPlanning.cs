using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>What an order about mirroring would do, cost and meet, by what was seen. Asks nobody.</summary>
internal sealed class MirrorPlanning(SiteOrder order, SiteSight sight, UnitMirror unit, NodeId self, Fault? unfinished = null)
{
    private readonly List<string> steps = [];
    private readonly List<string> losses = [];
    private readonly List<string> warnings = [];
    private readonly List<string> blockers = [];

    private string Name => unit.Unit.Name;

    private string Other => sight.Peers is [var one] ? one.Site : "the other site";

    // What the host closes before is not open any more when the order is done.
    private NodeId? OpenOn => order.IsClosedFirst && unit.OpenOn == self ? null : unit.OpenOn;

    /// <summary>True if this site has nothing but the memory of it.</summary>
    public static bool IsGone(UnitMirror unit) => unit is { Away: not null, OpenOn: null, Volumes.Count: > 0 } && unit.Volumes.All(volume => volume.IsGone);

    /// <summary>True if an action carries what is here over to the other site, which knows nothing of a rollback that has not ended.</summary>
    public static bool CarriesOver(SiteAction action) => action is SiteAction.Enable or SiteAction.Snapshot or SiteAction.Demote;

    public SitePlan Run()
    {
        if (!sight.IsOn && !(order.Action == SiteAction.Disable && IsGone(unit)))
        {
            blockers.Add("Mirroring is off for the backend's pool. On both sites: 'rbd mirror pool enable POOL image'; then 'rbd mirror pool peer bootstrap create' on one, 'import' on the other.");
        }

        switch (order.Action)
        {
            case SiteAction.Enable: Enable(); break;
            case SiteAction.Disable: Disable(); break;
            case SiteAction.Snapshot: Snapshot(); break;
            case SiteAction.Demote: Demote(); break;
            case SiteAction.Promote: Promote(); break;
            case SiteAction.PromoteByForce: PromoteByForce(); break;
            case SiteAction.Resync: Resync(); break;
            default: blockers.Add($"{order.Action} is not known here."); break;
        }

        if (unfinished is not null && steps.Count > 0 && CarriesOver(order.Action))
        {
            blockers.Add($"{Name}: {unfinished.Why}. {unfinished.NextStep}");
        }

        return new SitePlan(order, steps, losses, warnings, blockers, Fingerprint());
    }

    private void Enable()
    {
        BlockIfCopy("Only its source mirrors more of it.");
        BlockIfOpenElsewhere();
        foreach (var volume in unit.Volumes.Where(volume => volume.Role == SiteRole.None))
        {
            steps.Add($"Mirror volume {volume.Volume.Name}, by snapshots.");
        }

        if (sight.Peers.Count == 0)
        {
            warnings.Add("No other site is known: nothing follows until one is ('rbd mirror pool peer bootstrap') and runs rbd-mirror.");
        }

        if (unit.Volumes.Count > 1)
        {
            warnings.Add($"Its {unit.Volumes.Count} volumes come over each for itself: if this site is lost they may be of different instants.");
        }

        warnings.Add(sight.Interval > TimeSpan.Zero
            ? $"The node that writes it makes a mirror snapshot every {Seconds(sight.Interval)}; so much and the time to copy is what a loss of this site costs."
            : "No agent makes mirror snapshots (mirror-seconds: 0): somebody else has to.");
    }

    private void Disable()
    {
        if (IsGone(unit))
        {
            steps.Add($"Forget {Name}: none of its images is in the pool any more (what a daemon has put into the trash stays there). What {Other} has of it stays as it is.");
            return;
        }

        BlockIfCopy("End it where its source is.");
        BlockIfOpenElsewhere();
        foreach (var volume in Of(SiteRole.Source))
        {
            steps.Add($"End the mirroring of volume {volume.Volume.Name}.");
            losses.Add($"The copy of {volume.Volume} at {Other}: its daemon deletes it, or it stays there as something that nobody can write or follow.");
        }
    }

    private void Snapshot()
    {
        if (unit.Role != SiteRole.Source)
        {
            blockers.Add($"Only the source makes them: {Name} is {unit.Role} here.");
        }

        BlockIfOpenElsewhere();
        steps.Add($"Make a mirror snapshot of {unit.Volumes.Count} volumes.");
    }

    private void Demote()
    {
        if (OpenOn is { } holder)
        {
            blockers.Add($"{holder} has it open: stop its service there first ('nodeagent service stop').");
        }

        foreach (var volume in Of(SiteRole.None))
        {
            blockers.Add($"Volume {volume.Volume.Name} is not mirrored and would stay behind: 'nodeagent ceph mirror enable {Name}'.");
        }

        if (unit.Role == SiteRole.Copy && unit.Away is not null)
        {
            return;
        }

        if (order.IsClosedFirst && unit.OpenOn == self)
        {
            steps.Add("Close it on this node; refused while anything uses it.");
        }

        steps.Add("Store that no node of this site opens it any more.");
        steps.AddRange(Of(SiteRole.Source).Select(volume => $"Give volume {volume.Volume.Name} away: what it holds is snapshotted once more, and nobody can write it."));
        if (unit.State is SiteState.Silent or SiteState.Failed)
        {
            warnings.Add($"{Other} does not follow now ({unit.State}): it cannot take over in order until its daemon has fetched the last snapshot.");
        }
    }

    private void Promote()
    {
        foreach (var volume in Of(SiteRole.Copy))
        {
            if (volume.State is SiteState.SplitBrain or SiteState.Failed)
            {
                blockers.Add($"Volume {volume.Volume.Name} is {volume.State}: 'nodeagent ceph mirror resync {Name}' copies it anew, 'promote --force' goes on with what is here.");
            }
            else if (volume.State is SiteState.Replaying or SiteState.Syncing)
            {
                blockers.Add($"Volume {volume.Volume.Name} still follows {Other}: give it away there first ('nodeagent ceph mirror demote {Name}'). If that site is lost: --force.");
            }
        }

        TakeOver("as far as the other site gave it away");
    }

    private void PromoteByForce()
    {
        foreach (var volume in Of(SiteRole.Copy))
        {
            losses.Add(volume.HeldByCopy is { } held
                ? $"{volume.Volume}: everything that was written at {Other} after {Utc(held)}, {Seconds(volume.Behind ?? TimeSpan.Zero)} ago by this node's clock."
                : $"{volume.Volume}: nobody tells up to which instant of {Other} it holds everything; it may be much.");
        }

        if (losses.Count > 0)
        {
            var alive = unit.Volumes.SelectMany(volume => volume.Voices).Any(voice => voice is { IsHere: false, IsSource: true, IsUp: true });
            losses.Add(alive
                ? $"{Other} is alive and says that it is the source: from now on both sites go apart, and one of them will have to be thrown away."
                : $"If anybody still writes it at {Other}, both sites go apart, and one of them will have to be thrown away.");
        }

        TakeOver("by force");
    }

    private void TakeOver(string how)
    {
        if (unit.Role == SiteRole.Source && unit.Away is null && unit.IsKnown)
        {
            return;
        }

        if (!unit.IsKnown)
        {
            steps.Add($"Take {Name} with {unit.Volumes.Count} volumes into this site's index.");
        }

        steps.AddRange(Of(SiteRole.Copy).Select(volume => $"Make volume {volume.Volume.Name} the source, {how}."));
        steps.Add("Let nodes of this site open it again.");
    }

    private void Resync()
    {
        if (OpenOn is { } holder)
        {
            blockers.Add($"{holder} has it open: stop its service there first ('nodeagent service stop').");
        }

        foreach (var volume in Of(SiteRole.Source))
        {
            blockers.Add($"Volume {volume.Volume.Name} is a source here: give it away first ('nodeagent ceph mirror demote {Name}'), or have the other site's thrown away, there.");
        }

        foreach (var volume in Of(SiteRole.Copy))
        {
            if (!volume.Voices.Any(voice => voice is { IsHere: false, IsSource: true, IsUp: true }))
            {
                blockers.Add($"No other site says now that it is the source of volume {volume.Volume.Name}: thrown away here, nothing might be left. Look at {Other}, its daemon and its network.");
            }

            steps.Add($"Throw volume {volume.Volume.Name} away here, with its snapshots, and copy it anew from {Other}.");
            losses.Add($"{volume.Volume} here{(volume.NewestHere is { } newest ? $", its newest whole instant of {Utc(newest)}" : "")}: all of it, also what only this site has{(volume.State == SiteState.SplitBrain ? " since both went apart" : "")}. Until it is copied anew, this site has nothing to go on with.");
        }
    }

    private void BlockIfCopy(string next)
    {
        if (Of(SiteRole.Copy).Any() || unit.Away is not null)
        {
            blockers.Add($"{Name} follows {Other}. {next}");
        }
    }

    private void BlockIfOpenElsewhere()
    {
        if (unit.OpenOn is { } holder && holder != self)
        {
            blockers.Add($"{holder} has it open: give this order there.");
        }
    }

    private IEnumerable<VolumeMirror> Of(SiteRole role) => unit.Volumes.Where(volume => volume.Role == role);

    // Not what moves by itself, such as how far a copy is.
    private string Fingerprint() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
    [
        $"{order.Action} {unit.Unit} {sight.IsOn} {unit.IsKnown} {unit.Away} {OpenOn}",
        .. unit.Volumes.Select(volume => $"{volume.Volume} {volume.Role} {volume.IsGone} {volume.State is SiteState.TwoSources or SiteState.SplitBrain}"),
    ]))));

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
}

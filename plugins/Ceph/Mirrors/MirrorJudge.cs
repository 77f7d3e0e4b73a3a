using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>What the sites' words about an image come to. Asks nobody.</summary>
internal static class MirrorJudge
{
    /// <summary>A volume's mirroring.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="image">Its image; null if it is not mirrored.</param>
    /// <param name="names">Sites by their identity.</param>
    /// <param name="now">This node's clock.</param>
    /// <param name="remembered">What the copy was last known to hold: for when nobody tells any more.</param>
    public static VolumeMirror Judge(VolumeId volume, MirrorImage? image, IReadOnlyDictionary<string, string> names, DateTimeOffset now, DateTimeOffset? remembered)
    {
        if (image is null)
        {
            return new VolumeMirror(volume, SiteRole.None, SiteState.Off);
        }

        var state = image.IsPrimary ? OfSource(image) : OfCopy(image);
        var figures = Figures(image);
        DateTimeOffset? held = state is SiteState.TwoSources ? null : figures.Held ?? (state is SiteState.NoSource ? null : remembered);
        return new VolumeMirror(volume, image.IsPrimary ? SiteRole.Source : SiteRole.Copy, state)
        {
            HeldByCopy = held,
            Behind = held is null ? null : now > held ? now - held : TimeSpan.Zero,
            BytesPerSecond = figures.BytesPerSecond,
            LastBytes = figures.LastBytes,
            Progress = figures.Progress,
            Voices = [.. image.Sites.Select(site => Voice(site, names))],
        };
    }

    /// <summary>What the follower tells: of a source the other site, of a copy this one.</summary>
    public static MirrorFigures Figures(MirrorImage image) =>
        (image.IsPrimary ? image.There : image.Sites.Where(site => site.MirrorUuid.Length == 0))
            .Select(site => MirrorFigures.Of(site.Description)).FirstOrDefault(figures => figures != MirrorFigures.None) ?? MirrorFigures.None;

    private static SiteState OfSource(MirrorImage image)
    {
        var others = image.There.Select(site => (Site: site, State: OfFollower(site))).ToList();

        // That it was the source when it was last heard is reason enough for care, whether it lives or not.
        return others.Any(other => other.Site.SaysItIsSource) ? SiteState.TwoSources
            : others.Count == 0 ? SiteState.Silent
            : others.Max(other => other.State);
    }

    private static SiteState OfCopy(MirrorImage image) =>
        image.Here is not { } here ? SiteState.Silent
        : here.SaysNobodyIsSource ? SiteState.NoSource
        : OfFollower(here);

    private static SiteState OfFollower(MirrorSite site) =>
        site.SaysSplit ? SiteState.SplitBrain
        : !site.IsUp ? SiteState.Silent
        : site.State switch
        {
            RbdMirror.StateError => SiteState.Failed,
            RbdMirror.StateReplaying => SiteState.Replaying,
            RbdMirror.StateSyncing or RbdMirror.StateStarting or RbdMirror.StateStopped => SiteState.Syncing,
            _ => SiteState.Silent,
        };

    private static SiteVoice Voice(MirrorSite site, IReadOnlyDictionary<string, string> names) => new(
        names.GetValueOrDefault(site.MirrorUuid, site.MirrorUuid), site.MirrorUuid.Length == 0, site.SaysItIsSource, site.IsUp, site.Native,
        site.LastUpdate > 0 ? DateTimeOffset.FromUnixTimeSeconds(site.LastUpdate) : null);
}

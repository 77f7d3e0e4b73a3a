using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>What a site's daemon said of an image.</summary>
/// <param name="MirrorUuid">Which site; empty for this one.</param>
/// <param name="State">One of librbd's states.</param>
/// <param name="Description">In words, with figures as JSON behind them where it replays.</param>
/// <param name="LastUpdate">When, in seconds since 1970; 0 if it never said anything.</param>
/// <param name="IsUp">Whether that daemon lives, as far as this site's cluster knows.</param>
internal sealed record MirrorSite(string MirrorUuid, int State, string Description, long LastUpdate, bool IsUp)
{
    /// <summary>As rbd itself writes it: "up+replaying".</summary>
    public string Native => $"{(IsUp ? "up" : "down")}+{Word}{(Words.Length > 0 ? ": " : "")}{Words}";

    // Nothing else tells these apart: states are the same for "stopped: I am the source" and "stopped: about to be copied anew".

    /// <summary>Whether it says that its own side is the source.</summary>
    public bool SaysItIsSource => State == RbdMirror.StateStopped && Description.StartsWith("local image is primary", StringComparison.Ordinal);

    /// <summary>
    /// Whether it says that nobody is. Its words for that ("remote image is not primary") the list of all images replaces by others;
    /// but no other reason makes a daemon that lives say "unknown".
    /// </summary>
    public bool SaysNobodyIsSource => State == 0 && IsUp && LastUpdate > 0;

    /// <summary>Whether it says that both went apart.</summary>
    public bool SaysSplit => State == RbdMirror.StateError && Description.Contains("split-brain", StringComparison.Ordinal);

    private string Words => SaysNobodyIsSource ? "remote image is not primary" : Description.IndexOf('{', StringComparison.Ordinal) is > 0 and var at ? Description[..at].TrimEnd(' ', ',') : Description;

    private string Word => State switch
    {
        RbdMirror.StateError => "error",
        RbdMirror.StateSyncing => "syncing",
        RbdMirror.StateStarting => "starting_replay",
        RbdMirror.StateReplaying => "replaying",
        5 => "stopping_replay",
        RbdMirror.StateStopped => "stopped",
        _ => "unknown",
    };
}

using System.Text.Json.Serialization;

namespace NodeAgent.Daemon.Tuning;

/// <summary>A parameter that was set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What it was without us: what a revert brings back.</param>
/// <param name="Found">What it was when the record's phase began; another than <paramref name="Before"/> where a profile follows a profile.</param>
/// <param name="Wanted">What it was set to.</param>
internal sealed record TunedParameter(string Name, long Before, long Found, long Wanted)
{
    /// <summary>A profile before had set it and this one does not: it is only brought back.</summary>
    [JsonIgnore]
    public bool IsGivenUp { get; init; }

    /// <summary>Whether a value can be our own doing, and not somebody else's.</summary>
    public bool IsOurs(long? now, TunePhase phase) => now == Wanted || (phase != TunePhase.Applied && now == Found);
}

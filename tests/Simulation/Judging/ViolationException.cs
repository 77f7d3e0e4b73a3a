namespace NodeAgent.Simulation.Judging;

/// <summary>A promise was broken.</summary>
/// <param name="promise">Which, in two or three words: equal for the same promise in every run.</param>
/// <param name="what">What was seen.</param>
public sealed class ViolationException(string promise, string what) : Exception($"{promise}: {what}")
{
    /// <summary>Which promise.</summary>
    public string Promise => promise;
}

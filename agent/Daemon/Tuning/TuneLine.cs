namespace NodeAgent.Daemon.Tuning;

/// <summary>One parameter.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Now">What it is; null if that cannot be told.</param>
/// <param name="Wanted">What it is to be; null if that cannot be told.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Why">The reason for the value, or for leaving it.</param>
internal sealed record TuneLine(string Parameter, KnobUnit Unit, long? Now, long? Wanted, TuneVerdict Verdict, string Why);

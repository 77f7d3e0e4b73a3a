namespace NodeAgent.Daemon.Status;

/// <summary>What of a backend's upkeep an operator should know. Nothing: all is well.</summary>
internal static class UpkeepRemarks
{
    /// <summary>Sentences, the worst first.</summary>
    /// <param name="sight">What was heard of it; null: the backend needs none.</param>
    /// <param name="watch">Knows what is old.</param>
    /// <param name="now">The wall clock.</param>
    public static IEnumerable<string> Of(UpkeepSight? sight, UpkeepWatch watch, DateTimeOffset now)
    {
        foreach (var line in sight?.Lines ?? [])
        {
            if (line.FrozenSince is { } since)
            {
                yield return $"Writes of {line.Report.Unit} have waited for the other copy for {Spans.Short(now - since)}.";
            }

            if (!watch.IsFresh(line))
            {
                yield return $"{line.Report.Unit} was not looked after for {Spans.Short(now - line.Report.ObservedAt)}: writes that freeze stay frozen.";
            }
        }

        foreach (var fault in new[] { sight?.Fault, sight?.Unread }.Where(fault => fault is not null))
        {
            yield return fault!.ToString();
        }
    }
}

namespace NodeAgent.Daemon.Status;

/// <summary>How fast a copying gets on, from what was left at several looks, and so when it will be through.</summary>
internal sealed class ResyncPace
{
    // Long enough for a rate that means something, short enough to follow one that changes.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);
    private readonly Queue<(TimeSpan At, long Left)> looks = new();

    /// <summary>Notes a look; the time until all is copied, null if that cannot be said.</summary>
    /// <param name="at">A time that only grows.</param>
    /// <param name="left">Bytes still to be copied; null: nothing is being copied.</param>
    public TimeSpan? Note(TimeSpan at, long? left)
    {
        if (left is not { } remaining || (looks.Count > 0 && remaining > looks.Last().Left))
        {
            // Ended, or begun anew: what was before says nothing.
            looks.Clear();
        }

        if (left is not { } now)
        {
            return null;
        }

        looks.Enqueue((at, now));
        while (at - looks.Peek().At > Window)
        {
            _ = looks.Dequeue();
        }

        var (since, from) = looks.Peek();
        return at - since >= Least && from > now ? (at - since) * ((double)now / (from - now)) : null;
    }
}

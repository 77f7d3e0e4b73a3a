namespace NodeAgent.Rehearsal.Running;

/// <summary>What will happen, in order of time; at one time in the order in which it was thought of.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (long At, long Order)> queue = new();
    private long order;

    /// <summary>True time in nanoseconds from the beginning.</summary>
    public long Now { get; private set; }

    public void At(long instant, Action action) => queue.Enqueue(action, (Math.Max(instant, Now), ++order));

    public void After(TimeSpan span, Action action) => At(Now + (span.Ticks * 100), action);

    /// <summary>Does what is next, if it is not later than that; false if nothing is.</summary>
    public bool Next(long until)
    {
        if (!queue.TryPeek(out _, out var when) || when.At > until)
        {
            Now = until;
            return false;
        }

        Now = when.At;
        queue.Dequeue()();
        return true;
    }
}

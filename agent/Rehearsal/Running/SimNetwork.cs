namespace NodeAgent.Rehearsal.Running;

/// <summary>Who reaches whom, and who reaches a majority of the store.</summary>
internal sealed class SimNetwork(IReadOnlyList<SimMachine> machines)
{
    private readonly HashSet<(string From, string To)> cut = [];
    private readonly HashSet<string> alone = new(StringComparer.Ordinal);
    private readonly int votes = machines.Count(machine => machine.Plan.HasVote);

    /// <summary>True while nobody reaches the store.</summary>
    public bool IsStoreLost { get; set; }

    public void Cut(string node) => alone.Add(node);

    public void Restore(string node)
    {
        alone.Remove(node);
        cut.RemoveWhere(pair => pair.From == node || pair.To == node);
    }

    public void Cut(string from, string to) => cut.Add((from, to));

    public void Restore(string from, string to)
    {
        cut.Remove((from, to));
        cut.Remove((to, from));
    }

    public void RestoreAll()
    {
        alone.Clear();
        cut.Clear();
        IsStoreLost = false;
    }

    /// <summary>True if both hear each other.</summary>
    public bool Reach(SimMachine one, SimMachine other) =>
        one == other || (Hears(one, other) && Hears(other, one));

    /// <summary>True if the store answers that node: it is connected with more than half of the votes.</summary>
    public bool ReachesStore(SimMachine machine)
    {
        if (IsStoreLost || !machine.IsUp)
        {
            return false;
        }

        // It has no vote, and is connected with whoever has.
        if (machine.IsTwin)
        {
            return HasStore;
        }

        var found = new bool[machines.Count];
        found[machine.Index] = true;
        var heard = machine.Plan.HasVote ? 1 : 0;
        var open = new Queue<SimMachine>([machine]);
        while (heard * 2 <= votes && open.TryDequeue(out var at))
        {
            foreach (var next in machines)
            {
                if (!found[next.Index] && next.Plan.HasVote && Reach(at, next))
                {
                    found[next.Index] = true;
                    heard++;
                    open.Enqueue(next);
                }
            }
        }

        return heard * 2 > votes;
    }

    /// <summary>True if any majority is left.</summary>
    public bool HasStore => machines.Any(ReachesStore);

    private bool Hears(SimMachine listener, SimMachine speaker) =>
        listener.IsUp && speaker.IsUp && !alone.Contains(listener.Plan.Name) && !alone.Contains(speaker.Plan.Name)
        && !cut.Contains((speaker.Plan.Name, listener.Plan.Name));
}

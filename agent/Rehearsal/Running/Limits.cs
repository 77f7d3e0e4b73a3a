namespace NodeAgent.Rehearsal.Running;

/// <summary>Counts what fails and what is started, as it is seen where it happens: never by what agents say of it.</summary>
internal sealed class Limits(World world)
{
    // Whoever ran so long has nothing to do with the failures before.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, Count> counts = new(StringComparer.Ordinal);

    /// <summary>True if it failed so often since an operator last had it tried that nobody need go on.</summary>
    public bool IsUsedUp(string service) => Of(service).Failures > world.Policy(service).MoveLimit;

    /// <summary>It did not open, start, stop or close, or broke down.</summary>
    public void Failed(string service)
    {
        Of(service).Failures++;
        Of(service).IsFailing = true;
    }

    /// <summary>An operator has it tried again. Who has it may still let go of it because of the failure before.</summary>
    public void Forgive(string service) => Of(service).Failures = Of(service).IsFailing ? 1 : 0;

    /// <summary>It runs, or somebody else has it.</summary>
    public void Passed(string service) => Of(service).IsFailing = false;

    /// <summary>A node could not pass it on, and begins anew.</summary>
    public void BeginAnew(string service) => Of(service).Starts = 0;

    /// <summary>A node tries to start it.</summary>
    public void Starts(SimAgent agent, string service, long epoch)
    {
        var (count, limit) = (Of(service), world.Policy(service).RestartLimit);
        var tenure = (agent.Machine.BootId, agent.Process, epoch);
        count.Starts = count.Tenure == tenure && world.Time - count.StartedAt < Settled ? count.Starts + 1 : 1;
        (count.Tenure, count.StartedAt) = (tenure, world.Time);
        if (count.Starts > limit + 1)
        {
            world.Judge.Break("is restarted no more often than it may", $"{service} is started for the {count.Starts}th time on {agent.Machine.Plan.Name} in epoch {epoch}, and may be restarted {limit} times");
        }
    }

    private Count Of(string service) => counts.TryGetValue(service, out var found) ? found : counts[service] = new Count();

    private sealed class Count
    {
        public int Failures { get; set; }

        public bool IsFailing { get; set; }

        public int Starts { get; set; }

        public (string Boot, int Process, long Epoch) Tenure { get; set; }

        public TimeSpan StartedAt { get; set; }
    }
}

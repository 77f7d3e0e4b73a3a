namespace NodeAgent.Simulation.Running;

/// <summary>A world that runs once, on one thread, from its beginning to its end.</summary>
internal interface ISimulatedRun : IDisposable
{
    /// <summary>The round that runs.</summary>
    int Round { get; }

    /// <summary>All points passed, in order, as one number.</summary>
    ulong Trace { get; }

    /// <summary>Points passed.</summary>
    long Points { get; }

    /// <summary>Runs.</summary>
    Task RunAsync();
}

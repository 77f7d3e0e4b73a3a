namespace NodeAgent.Bench.Running;

/// <summary>Something that is measured.</summary>
public interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>Measures. One that cannot run here throws <see cref="CannotRunException"/> and says why.</summary>
    Task<IReadOnlyList<Figure>> RunAsync(Action<string> say);
}

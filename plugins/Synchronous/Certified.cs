namespace NodeAgent.Plugins.Synchronous;

/// <summary>A certificate as it was read, with what is needed to replace it.</summary>
/// <typeparam name="T">The backend's certificate.</typeparam>
/// <param name="Certificate">What it says; null: there is none, the storage was never built or adopted.</param>
/// <param name="Version">The note's version.</param>
internal sealed record Certified<T>(T? Certificate, long Version)
    where T : class;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>How the last look at a certificate ended.</summary>
/// <typeparam name="T">The backend's certificate.</typeparam>
/// <param name="IsRead">It could be read.</param>
/// <param name="Certificate">What it said; null: there is none, or it could not be read.</param>
internal sealed record LastRead<T>(bool IsRead, T? Certificate)
    where T : class;

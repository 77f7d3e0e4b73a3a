namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>The process ends here.</summary>
internal sealed class KilledException : Exception
{
    public KilledException()
    {
    }

    public KilledException(string message)
        : base(message)
    {
    }

    public KilledException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

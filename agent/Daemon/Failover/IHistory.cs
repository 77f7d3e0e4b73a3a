namespace NodeAgent.Daemon.Failover;

/// <summary>What was decided and done, for people.</summary>
internal interface IHistory
{
    /// <summary>Adds a line. Never waits.</summary>
    /// <param name="kind">What happened, one word: "runs".</param>
    /// <param name="subject">The service or node.</param>
    /// <param name="text">A sentence.</param>
    void Tell(string kind, string subject, string text);
}

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>What became of asking one controller.</summary>
/// <param name="Reply">Its answer; null: there was none.</param>
/// <param name="WasSent">Without an answer: it may have got the order and carry it out.</param>
/// <param name="Why">Why there is no answer.</param>
internal readonly record struct Attempt(Reply? Reply, bool WasSent, string Why)
{
    public static Attempt Answered(Reply reply) => new(reply, true, "");

    /// <summary>It never got the order, or is no controller.</summary>
    public static Attempt Absent(string why) => new(null, false, why);

    /// <summary>The order was sent and nobody knows what became of it.</summary>
    public static Attempt Silent(string why) => new(null, true, why);
}

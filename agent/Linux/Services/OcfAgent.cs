namespace NodeAgent.Linux.Services;

/// <summary>A resource agent with its parameters.</summary>
/// <param name="Provider">Such as "heartbeat".</param>
/// <param name="Type">Such as "IPaddr2".</param>
/// <param name="Instance">The name of this resource, for agents that keep state by it.</param>
/// <param name="Parameters">As the agent's manual names them. They reach it by its environment, never by arguments or logs.</param>
public sealed record OcfAgent(string Provider, string Type, string Instance, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>How it is called: "ocf:heartbeat:IPaddr2".</summary>
    public string Tool => $"ocf:{Provider}:{Type}";
}

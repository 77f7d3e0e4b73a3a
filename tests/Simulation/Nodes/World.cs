using NodeAgent.Contract;

namespace NodeAgent.Simulation.Nodes;

/// <summary>The names in every world.</summary>
internal static class World
{
    public static readonly BackendId Backend = new("mem");
    public static readonly UnitId Unit = new(Backend, "db");
    public static readonly NodeId Writer = new("n1");

    public static NodeId Node(int number) => new($"n{number}");

    public static string Volume(int number) => $"v{number}";
}

namespace NodeAgent.Lab.Machines;

/// <summary>A node's networks. The value is the third byte of their addresses.</summary>
public enum Link
{
    Management = 0,
    ReplicationA = 1,
    ReplicationB = 2,
}

namespace NodeAgent.Contract;

/// <summary>The version of this contract. A host serves plugins of the same major and of an equal or lower minor.</summary>
public static class ContractVersion
{
    /// <summary>Changes when something a plugin relied on is changed or taken away. Equals the assembly's version.</summary>
    public const int Major = 1;

    /// <summary>Grows when an optional ability is added.</summary>
    public const int Minor = 0;
}

using System.Diagnostics.CodeAnalysis;

namespace NodeAgent.Contract;

/// <summary>Done, or a <see cref="Contract.Fault"/> that says why not.</summary>
public readonly record struct Outcome
{
    private Outcome(Fault? fault) => Fault = fault;

    /// <summary>The thing is done, or was already so.</summary>
    public static Outcome Done => default;

    /// <summary>Why it is not done; null if it is.</summary>
    public Fault? Fault { get; }

    /// <summary>True if there is no fault.</summary>
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsOk => Fault is null;

    /// <summary>An outcome that failed.</summary>
    public static Outcome Failed(Fault fault) => new(fault);

    /// <summary>A value.</summary>
    public static Outcome<T> Ok<T>(T value) => new(value);

    /// <summary>Lets a method return a fault directly.</summary>
    public static implicit operator Outcome(Fault fault) => new(fault);
}

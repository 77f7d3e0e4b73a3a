using System.Diagnostics.CodeAnalysis;

namespace NodeAgent.Contract;

/// <summary>A value, or a <see cref="Contract.Fault"/> that says why there is none.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    /// <summary>A good outcome.</summary>
    public Outcome(T value) => this.value = value;

    /// <summary>A bad outcome.</summary>
    public Outcome(Fault fault) => Fault = fault;

    /// <summary>Why there is no value; null if there is one.</summary>
    public Fault? Fault { get; }

    /// <summary>True if there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsOk => Fault is null;

    /// <summary>The value. Asking a failed outcome for it is a bug and throws.</summary>
    /// <exception cref="InvalidOperationException">The outcome is a fault.</exception>
    public T Value => Fault is null
        ? value!
        : throw new InvalidOperationException($"No value, the outcome is a fault: {Fault}");

    /// <summary>The same outcome without its value.</summary>
    public Outcome WithoutValue() => Fault is null ? Outcome.Done : Outcome.Failed(Fault);

    /// <summary>The value seen through <paramref name="map"/>; a fault stays what it is.</summary>
    public Outcome<TOther> Map<TOther>(Func<T, TOther> map) => Fault is null ? new(map(value!)) : new(Fault);

    /// <summary>Lets a method return a value directly.</summary>
    public static implicit operator Outcome<T>(T value) => new(value);

    /// <summary>Lets a method return a fault directly.</summary>
    public static implicit operator Outcome<T>(Fault fault) => new(fault);
}

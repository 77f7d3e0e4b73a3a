using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>That an operator accepted what a store had forgotten of a service: it went on from there, and what others come back with is kept beside it.</summary>
/// <param name="Epoch">In which it went on: later than all that was known, or reckoned with, by whoever was here.</param>
/// <param name="Store">The store that had forgotten it; null: it never said which it is.</param>
public sealed record Settlement(Epoch Epoch, string? Store);

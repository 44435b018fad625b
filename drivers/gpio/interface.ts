/** An input line that tells of its rising edges. */
export interface InputLine {
  /** Calls at each rising edge; returns how to stop that. */
  onRising(listener: () => void): () => void;
  close(): void;
}

export interface OutputLine {
  write(level: 0 | 1): Promise<void>;
  close(): void;
}
